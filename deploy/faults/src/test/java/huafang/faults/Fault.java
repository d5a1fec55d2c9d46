package huafang.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Something that goes wrong; when it returns, it is over, or the fleet is on its way back. */
interface Fault {
    /** How long something may be cut off, or not run. */
    Duration LONGEST = Duration.ofSeconds(8);

    Duration REACH_POINT = Duration.ofSeconds(8);

    /**
     * Does it.
     *
     * @return whether it happened
     */
    boolean happen(Fleet fleet, Random random) throws IOException, InterruptedException;

    /** Every kind of fault of every process, crash points included. */
    static List<Named> all(Fleet fleet) {
        List<Named> all = new ArrayList<>();
        for (Member member : fleet.members()) {
            all.add(new Named("kill -9 " + member.name(), kill(member)));
            all.add(new Named("stop " + member.name() + " and continue it", pause(member)));
            for (Link.State state : Link.State.values()) {
                if (state != Link.State.OPEN && !fleet.links(member).isEmpty()) {
                    all.add(
                            new Named(
                                    "link of " + member.name() + " " + state, cut(member, state)));
                }
            }
        }
        for (String role : List.of("broker", "database")) {
            Member member = fleet.members(role).getFirst();
            all.add(new Named("full disk of the " + role, fillDisk(member)));
        }
        for (Member member : fleet.services()) {
            all.add(new Named("clock of " + member.name() + " jumps", jump(member)));
        }
        for (CrashPoint point : CrashPoint.values()) {
            all.add(new Named("crash at " + point, crash(point)));
        }
        all.add(new Named("rolling restart of the workers", roll("worker")));
        all.add(new Named("rolling restart of the gateways", roll("gateway")));
        all.add(new Named("rolling restart of the storage services", roll("storage")));
        return all;
    }

    /** A fault with what to call it. */
    record Named(String name, Fault fault) {}

    private static Duration some(Random random) {
        return Duration.ofMillis(500 + random.nextInt((int) LONGEST.toMillis() - 500));
    }

    static Fault kill(Member member) {
        return (fleet, random) -> {
            member.kill(random.nextBoolean() ? Duration.ZERO : some(random));
            return true;
        };
    }

    static Fault pause(Member member) {
        return (fleet, random) -> {
            member.pause(some(random));
            return true;
        };
    }

    static Fault cut(Member member, Link.State state) {
        return (fleet, random) -> {
            fleet.links(member).forEach(link -> link.become(state));
            Thread.sleep(some(random));
            fleet.links(member).forEach(link -> link.become(Link.State.OPEN));
            return true;
        };
    }

    static Fault fillDisk(Member member) {
        return (fleet, random) -> {
            member.limitFiles(some(random));
            return true;
        };
    }

    /** Up to an hour ahead, then back. */
    static Fault jump(Member member) {
        return (fleet, random) -> {
            fleet.setClock(member.name(), Duration.ofSeconds(60 + random.nextInt(3540)));
            Thread.sleep(some(random));
            fleet.setClock(member.name(), Duration.ZERO);
            return true;
        };
    }

    static Fault crash(CrashPoint point) {
        return (fleet, random) -> {
            List<Member> candidates = fleet.members(point.role());
            Member member = candidates.get(random.nextInt(candidates.size()));
            if (!member.isReady()) {
                fleet.awaitReady(member);
            }
            Process before = member.process();
            Path order = Files.createFile(fleet.crashFolder(member.name()).resolve(point.name()));
            boolean died = before.waitFor(REACH_POINT.toMillis(), TimeUnit.MILLISECONDS);
            return !Files.deleteIfExists(order) && died;
        };
    }

    /** As an update does it: one after the other, each when the one before is ready again. */
    static Fault roll(String role) {
        return (fleet, random) -> {
            for (Member member : fleet.members(role)) {
                Process before = member.process();
                member.terminate(Duration.ZERO);
                before.onExit().join();
                fleet.awaitReady(member);
            }
            return true;
        };
    }
}
