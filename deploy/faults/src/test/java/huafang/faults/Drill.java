package huafang.faults;

import huafang.faults.Order.Ending;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;

/** Customers ask for pictures while faults happen; then all is counted. */
final class Drill {
    private static final Duration BETWEEN_FAULTS = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CUSTOMERS = 6;
    private static final int WORKERS = 3;
    private static final int SLOTS = 2;

    private final long seed;
    private final Duration time;
    private final Pattern only;
    private final PrintStream out;
    private final Journal journal = new Journal();
    private final long start = System.nanoTime();

    /**
     * @param seed of the faults' order and of what is asked for
     * @param time that customers and faults have
     * @param only what a fault's name must match to happen
     */
    Drill(long seed, Duration time, Pattern only, PrintStream out) {
        this.seed = seed;
        this.time = time;
        this.only = only;
        this.out = out;
    }

    /**
     * What {@code make faults} runs.
     *
     * @param arguments a seed, minutes, a regular expression for the names of faults, and a folder
     *     for what the services write
     */
    public static void main(String[] arguments) throws Exception {
        long seed = Long.parseLong(arguments[0]);
        var time = Duration.ofSeconds(Math.round(60 * Double.parseDouble(arguments[1])));
        var only = Pattern.compile(arguments[2]);
        var result = new Drill(seed, time, only, System.out).run(Path.of(arguments[3]));
        System.exit(result.isGood() ? 0 : 1);
    }

    Audit.Result run(Path folder) throws Exception {
        try (var fleet = new Fleet(folder)) {
            fleet.addStorages(2);
            fleet.addGateways(2);
            for (int i = 0; i < WORKERS; i++) {
                fleet.addWorker("deploy/faults", SLOTS);
            }
            fleet.start("broker", "database");
            fleet.start("storage", "downloader", "worker", "gateway");
            say("the fleet is ready");
            var customers = new ArrayList<Thread>();
            long end = System.nanoTime() + time.toNanos();
            for (int i = 0; i < CUSTOMERS; i++) {
                var customer = new Customer(fleet.gateways(), journal, seed * 1000 + i);
                customers.add(
                        Thread.ofVirtual()
                                .start(() -> {
                                    try {
                                        customer.visit(() -> System.nanoTime() < end);
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                }));
            }
            int faults = faults(fleet, end);
            for (Thread customer : customers) {
                customer.join();
            }
            for (Member member : fleet.members()) {
                fleet.awaitReady(member);
            }
            say(journal.answers());
            var audit = new Audit(fleet, journal);
            var result = audit.run(PATIENCE);
            report(fleet, audit);
            report(result, faults);
            return result;
        }
    }

    /** One after the other, each kind before any comes again. */
    private int faults(Fleet fleet, long end) throws Exception {
        var random = new Random(seed);
        List<Fault.Named> deck = new ArrayList<>();
        int count = 0;
        while (System.nanoTime() < end) {
            if (deck.isEmpty()) {
                deck.addAll(Fault.all(fleet));
                for (Ending ending : List.of(Ending.EXIT, Ending.HANG)) {
                    deck.add(new Fault.Named("an image that ends with " + ending, poison(ending)));
                }
                deck.removeIf(fault -> !only.matcher(fault.name()).find());
                Collections.shuffle(deck, random);
            }
            if (deck.isEmpty()) {
                return 0;
            }
            Fault.Named next = deck.removeLast();
            boolean happened = next.fault().happen(fleet, random);
            say(next.name() + (happened ? "" : ": skipped, nothing came there"));
            count += happened ? 1 : 0;
            Thread.sleep(BETWEEN_FAULTS);
        }
        return count;
    }

    private Fault poison(Ending ending) {
        return (fleet, random) -> {
            var order = new Order(UUID.randomUUID().toString(), 1, 2, 50, seed, ending);
            new Customer(fleet.gateways(), journal, seed).submit(order, () -> true);
            return true;
        };
    }

    private void report(Fleet fleet, Audit audit) {
        var timing = new Timing(audit.events());
        List<Timing.Death> killed = new ArrayList<>();
        List<Timing.Death> drained = new ArrayList<>();
        for (Member worker : fleet.members("worker")) {
            worker.deaths().forEach(at -> killed.add(new Timing.Death(worker.name(), at)));
            worker.farewells()
                    .forEach(at ->
                            drained.add(new Timing.Death(worker.name(), at.plus(Fleet.GRACE))));
        }
        say(Timing.line("images of killed workers, begun elsewhere", timing.takeovers(killed)));
        say(Timing.line("images handed back, begun elsewhere", timing.takeovers(drained)));
        say(Timing.line("images cancelled", timing.cancellations(journal.accepted())));
        say(String.format(Locale.ROOT, "runs of each image: %.3f", timing.runsPerImage()));
    }

    private void report(Audit.Result result, int faults) {
        result.wrong().forEach(this::say);
        out.printf(
                Locale.ROOT,
                "accepted %d, stored %d, failed %d, cancelled %d, lost %d, duplicated %d, faults %d, seed %d%n",
                result.accepted(),
                result.stored(),
                result.failed(),
                result.cancelled(),
                result.lost(),
                result.duplicated(),
                faults,
                seed);
    }

    private void say(String line) {
        out.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - start) / 1e9, line);
    }
}
