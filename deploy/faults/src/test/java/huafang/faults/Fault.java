package huafang.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Something that goes wrong; when it returns, it is over, or the fleet is on its way back. */
interface Fault {
    /** How long something may be cut off, or not run. */
    Duration LONGEST = Duration.ofSeconds(8);

    /**
     * Does it.
     *
     * @throws Skipped if it did not happen
     */
    void happen(Fleet fleet, Random random) throws IOException, InterruptedException, Skipped;

    /** A fault that could not be brought about, and why. */
    final class Skipped extends Exception {
        private static final long serialVersionUID = 1;

        Skipped(String why) {
            super(why);
        }
    }

    /** Every kind of fault of every process. */
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
        return (fleet, random) -> member.kill(random.nextBoolean() ? Duration.ZERO : some(random));
    }

    static Fault pause(Member member) {
        return (fleet, random) -> member.pause(some(random));
    }

    static Fault cut(Member member, Link.State state) {
        return (fleet, random) -> {
            fleet.links(member).forEach(link -> link.become(state));
            Thread.sleep(some(random));
            fleet.links(member).forEach(link -> link.become(Link.State.OPEN));
        };
    }

    static Fault fillDisk(Member member) {
        return (fleet, random) -> member.limitFiles(some(random));
    }

    /** Up to an hour ahead, then back. */
    static Fault jump(Member member) {
        return (fleet, random) ->
                fleet.jump(member, Duration.ofSeconds(60 + random.nextInt(3540)), some(random));
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
        };
    }
}
