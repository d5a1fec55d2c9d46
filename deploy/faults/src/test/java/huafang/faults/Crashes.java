package huafang.faults;

import huafang.faults.Fault.Named;
import huafang.faults.Fault.Skipped;
import huafang.faults.Order.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * The faults at {@link CrashPoint}s, and what brings a service to those that are seldom reached.
 */
final class Crashes {
    /** An image is given up when the broker, too, knows of its workers' deaths. */
    private static final Duration PATIENCE = Duration.ofSeconds(75);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
    private static final int TRIES = 2;
    private static final int SEVERAL = 4;

    /** Which of the processes comes there is not known before. */
    private static final Set<CrashPoint> SELDOM =
            EnumSet.of(
                    CrashPoint.GATEWAY_BETWEEN_IMAGES,
                    CrashPoint.GATEWAY_BEFORE_LEDGER,
                    CrashPoint.WORKER_AFTER_BEGUN,
                    CrashPoint.WORKER_BEFORE_RELEASE,
                    CrashPoint.WORKER_AFTER_REPUBLISHING,
                    CrashPoint.WORKER_AFTER_SETTING_ASIDE,
                    CrashPoint.STORAGE_BEFORE_PICTURE,
                    CrashPoint.STORAGE_BEFORE_EVENTS,
                    CrashPoint.STORAGE_BEFORE_COMMIT);

    private final Fleet fleet;
    private final Aimed aimed;
    private final EnumSet<CrashPoint> reached = EnumSet.noneOf(CrashPoint.class);

    Crashes(Fleet fleet, Aimed aimed) {
        this.fleet = fleet;
        this.aimed = aimed;
    }

    /** Those of each role in turn: else the same images would lose all their workers. */
    List<Named> all() {
        Map<String, Deque<CrashPoint>> roles = new TreeMap<>();
        for (CrashPoint point : CrashPoint.values()) {
            roles.computeIfAbsent(point.role(), role -> new ArrayDeque<>()).add(point);
        }
        List<Named> all = new ArrayList<>();
        while (all.size() < CrashPoint.values().length) {
            for (Deque<CrashPoint> points : roles.values()) {
                if (!points.isEmpty()) {
                    CrashPoint point = points.remove();
                    all.add(new Named(name(point), (fleet, random) -> crash(point, random)));
                }
            }
        }
        return all;
    }

    private static String name(CrashPoint point) {
        return "crash at " + point;
    }

    /** A sentence for each of these faults that is a point at which no service has died. */
    List<String> notReached(List<Named> faults) {
        List<String> names = faults.stream().map(Named::name).toList();
        return EnumSet.complementOf(reached).stream()
                .map(Crashes::name)
                .filter(names::contains)
                .map(name -> name + ": nothing came there")
                .toList();
    }

    private void crash(CrashPoint point, Random random)
            throws IOException, InterruptedException, Skipped {
        for (int i = 0; i < TRIES; i++) {
            if (dies(point, random)) {
                reached.add(point);
                return;
            }
        }
        throw new Skipped("nothing came there");
    }

    /** Most points are reached whatever is asked for. */
    private void lead(CrashPoint point, Random random) throws InterruptedException, Skipped {
        switch (point) {
            case GATEWAY_BETWEEN_IMAGES ->
                    aimed.submit(Order.of(SEVERAL, 2, 50, random.nextInt(1000), Ending.PICTURE));
            case GATEWAY_BEFORE_LEDGER -> aimed.cancel(Aimed.longImage(random));
            case WORKER_AFTER_BEGUN ->
                    aimed.strike(Aimed.longImage(random), worker -> worker.kill(Duration.ZERO));
            case WORKER_BEFORE_RELEASE ->
                    aimed.strike(
                            Aimed.longImage(random), worker -> worker.terminate(Duration.ZERO));
            case WORKER_AFTER_REPUBLISHING ->
                    aimed.strike(
                            Aimed.longImage(random),
                            worker -> worker.kill(Duration.ZERO),
                            worker -> worker.terminate(Duration.ZERO));
            case WORKER_AFTER_SETTING_ASIDE ->
                    aimed.submit(Order.single(2, 50, random.nextInt(1000), Ending.EXIT));
            default -> {}
        }
    }

    /** One where many would die at once, else all. */
    private List<Member> candidates(CrashPoint point, Random random) throws InterruptedException {
        List<Member> members = fleet.members(point.role());
        if (SELDOM.contains(point)) {
            for (Member member : members) {
                fleet.awaitReady(member);
            }
            return members;
        }
        while (true) {
            List<Member> ready = new ArrayList<>(members);
            ready.removeIf(member -> !member.isReady());
            if (!ready.isEmpty()) {
                return List.of(ready.get(random.nextInt(ready.size())));
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    /** Whether one whose point it is dies there. */
    private boolean dies(CrashPoint point, Random random)
            throws IOException, InterruptedException, Skipped {
        List<Path> laid = new ArrayList<>();
        try {
            for (Member member : candidates(point, random)) {
                Path order = fleet.crashFolder(member.name()).resolve(point.name());
                laid.add(Files.createFile(order));
            }
            lead(point, random);
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < end) {
                for (Path order : laid) {
                    if (Files.notExists(order)) {
                        return true;
                    }
                }
                Thread.sleep(BETWEEN_LOOKS);
            }
            return false;
        } finally {
            for (Path order : laid) {
                Files.deleteIfExists(order);
            }
        }
    }
}
