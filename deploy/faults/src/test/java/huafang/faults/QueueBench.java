package huafang.faults;

import huafang.contracts.broker.Lane;
import huafang.contracts.job.ImageKey;
import huafang.contracts.job.JobEvent;
import huafang.faults.Idleness.Run;
import huafang.faults.Order.Ending;
import huafang.servers.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;

/**
 * Measures the queue with the real broker and services, whose workers paint by script: what an
 * image waits for besides other images, and what the events of many images cost.
 */
final class QueueBench {
    private static final long SEED = 1;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int WORKERS = 4;

    /** Each worker has one for each lane. */
    private static final int SLOTS = WORKERS * Lane.values().length;

    /** What gateways take if nothing is set. */
    private static final int INTERACTIVE = 4;

    private static final int IMAGES = 120;
    private static final double BUSY = 0.8;
    private static final int STEPS = 20;

    private static final int SUBMITS = 100;
    private static final Duration BETWEEN_SUBMITS = Duration.ofMillis(100);

    private static final int RUNNING = 200;
    private static final int IMAGES_OF_A_JOB = 4;
    private static final int RUNNING_WORKERS = 2;

    /** Of each lane. */
    private static final int RUNNING_SLOTS = 50;

    private static final int STEP_MILLIS = 250; // as often as a worker tells of steps
    private static final int RUNNING_STEPS = 150;
    private static final int ROUNDS = 2;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration MEASURED = Duration.ofSeconds(20);

    /** These win against the harness' own: the product's compiler, and room for 100 images. */
    private static final String JVM = "-XX:TieredStopAtLevel=4 -Xmx512m";

    private final Fleet fleet;
    private final Journal journal = new Journal();
    private final Customer customer;
    private final Map<UUID, Instant> asked = new HashMap<>();

    private QueueBench(Fleet fleet) {
        this.fleet = fleet;
        this.customer = new Customer(fleet.gateways(), journal, SEED);
    }

    /**
     * Measures.
     *
     * @param arguments a folder for what the services write
     */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        Folders.delete(folder);
        with(folder.resolve("wait"), WORKERS, 1, INTERACTIVE, QueueBench::waits);
        with(
                folder.resolve("events"),
                RUNNING_WORKERS,
                RUNNING_SLOTS,
                RUNNING / 2,
                QueueBench::events);
    }

    private interface Measurement {
        void take(QueueBench bench) throws Exception;
    }

    private static void with(
            Path folder, int workers, int slots, int interactive, Measurement measurement)
            throws Exception {
        Files.createDirectories(folder);
        var settings =
                Map.of(
                        "_JAVA_OPTIONS",
                        JVM,
                        "HUAFANG_JOBS_INTERACTIVE_IMAGES",
                        Integer.toString(interactive));
        try (var fleet = new Fleet(folder, settings, false)) {
            fleet.addStorages(1);
            fleet.addGateways(1);
            for (int i = 0; i < workers; i++) {
                fleet.addWorker("deploy/faults", slots);
            }
            fleet.start("broker", "database");
            fleet.start("storage", "downloader", "worker", "gateway");
            var bench = new QueueBench(fleet);
            for (int i = 0; i < SUBMITS; i++) {
                bench.submit(1, 1, 10);
            }
            bench.awaitEnds(); // all is warm
            measurement.take(bench);
        }
    }

    private void waits() throws Exception {
        List<Double> overheads = overheads();
        report("From POST to the worker's start, idle: median", quantile(overheads, 0.5), "ms", 20);
        report("From POST to the worker's start, idle: 90 %", quantile(overheads, 0.9), "ms");

        var loads = Load.mixed(IMAGES, SLOTS, BUSY, SEED);
        List<Double> others;
        asked.clear();
        try (var partitioned = new Partitioned(fleet.broker(), SLOTS, loads)) {
            Thread.sleep(WARM_UP); // until each has its partition
            var random = new Random(SEED);
            long start = System.nanoTime();
            List<Thread> customers = new ArrayList<>();
            for (int i = 0; i < loads.size(); i++) {
                Load load = loads.get(i);
                long left = start + load.at().toNanos() - System.nanoTime();
                Thread.sleep(Duration.ofNanos(Math.max(left, 0)));
                partitioned.submit(i, new UUID(random.nextLong(), random.nextLong()));
                int millis = Math.toIntExact(load.takes().toMillis() / STEPS);
                customers.add(Thread.ofVirtual().start(() -> submit(1, STEPS, millis)));
            }
            for (Thread thread : customers) {
                thread.join();
            }
            others = partitioned.waits();
        }
        awaitEnds();
        List<Run> runs = runs(asked());
        List<Double> ours = runs.stream().map(run -> seconds(run.since(), run.begun())).toList();
        report(
                "An image waits on the queue while a worker idles: longest",
                Idleness.longest(runs(queued()), WORKERS).toNanos() / 1e6,
                "ms",
                50);
        report(
                "  counted from its POST, with the database's part: longest",
                Idleness.longest(runs, WORKERS).toNanos() / 1e6,
                "ms");
        report(
                "Wait of images of 0.2 to 20 s, 4 workers, 2 lanes: median",
                quantile(ours, 0.5),
                "s");
        report("  a partition for each slot: median", quantile(others, 0.5), "s");
        report(
                "Wait of images of 0.2 to 20 s, 4 workers, 2 lanes: 99 %",
                quantile(ours, 0.99), "s");
        report("  a partition for each slot: 99 %", quantile(others, 0.99), "s");
    }

    /** Each on an idle system, in milliseconds. */
    private List<Double> overheads() throws Exception {
        asked.clear();
        for (int i = 0; i < SUBMITS; i++) {
            submit(1, 1, 10);
            Thread.sleep(BETWEEN_SUBMITS);
        }
        awaitEnds();
        return runs(asked()).stream().map(run -> 1000 * seconds(run.since(), run.begun())).toList();
    }

    private void events() throws Exception {
        var members = new ArrayList<>(fleet.services());
        members.removeIf(member -> member.role().equals("downloader"));
        members.addAll(fleet.members("broker"));
        whileRunning(members, Ending.PICTURE); // what it takes is compiled
        var silent = new double[members.size()];
        var telling = new double[members.size()];
        for (int round = 0; round < ROUNDS; round++) {
            add(whileRunning(members, Ending.UNTOLD), silent);
            add(whileRunning(members, Ending.PICTURE), telling);
        }
        double services = 0;
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            double events = telling[i] - silent[i];
            services += member.role().equals("broker") ? 0 : events;
            report("Events of 200 images: " + member.name(), events, "% of a core");
            report("  200 images that tell of no step", silent[i], "% of a core");
        }
        report("Events of 200 images, 2 workers: all but the broker", services, "% of a core", 5);
    }

    private static void add(List<Double> parts, double[] percents) {
        Arrays.setAll(percents, i -> percents[i] + 100 * parts.get(i) / ROUNDS);
    }

    /** Either way the painters do the same steps. */
    private List<Double> whileRunning(List<Member> members, Ending ending) throws Exception {
        for (int i = 0; i < RUNNING / IMAGES_OF_A_JOB; i++) {
            submit(IMAGES_OF_A_JOB, RUNNING_STEPS, STEP_MILLIS, ending);
        }
        Thread.sleep(WARM_UP);
        List<Double> parts = ProcessorTime.parts(members, MEASURED);
        awaitEnds();
        return parts;
    }

    private void submit(int images, int steps, int stepMillis) {
        submit(images, steps, stepMillis, Ending.PICTURE);
    }

    private void submit(int images, int steps, int stepMillis, Ending ending) {
        var order = new Order(null, images, steps, stepMillis, SEED, ending);
        Instant now = Instant.now();
        try {
            customer.submit(order, () -> true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (asked) {
            asked.put(order.job().get(), now);
        }
    }

    private void awaitEnds() throws Exception {
        var result = new Audit(fleet, journal).run(PATIENCE);
        if (!result.isGood()) {
            throw new IllegalStateException("not every image was stored: " + result);
        }
    }

    private Function<ImageKey, Instant> asked() {
        return image -> asked.get(image.jobId());
    }

    /** When the gateway gave an image to the broker. */
    private Function<ImageKey, Instant> queued() {
        Map<ImageKey, Instant> queued = new HashMap<>();
        for (Lane lane : Lane.values()) {
            Records.read(
                    fleet.broker(),
                    lane.topicName(0),
                    record ->
                            queued.put(
                                    ImageKey.parse(record.key()),
                                    Instant.ofEpochMilli(record.timestamp())));
        }
        return queued::get;
    }

    /**
     * Of what was asked for since that was last forgotten.
     *
     * @param waiting since when each image waits
     */
    private List<Run> runs(Function<ImageKey, Instant> waiting) {
        Map<ImageKey, JobEvent.Started> begun = new HashMap<>();
        List<Run> runs = new ArrayList<>();
        for (Timing.Told told : new Audit(fleet, journal).events()) {
            UUID job = told.event().jobId();
            if (!asked.containsKey(job)) {
                continue;
            }
            switch (told.event()) {
                case JobEvent.Started e -> begun.put(new ImageKey(job, e.index()), e);
                case JobEvent.Finished e -> {
                    var image = new ImageKey(job, e.index());
                    var start = begun.get(image);
                    runs.add(new Run(start.worker(), waiting.apply(image), start.at(), e.at()));
                }
                default -> {}
            }
        }
        return runs;
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    private static double quantile(List<Double> values, double part) {
        var sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.ceil(part * sorted.size()) - 1);
    }

    private static void report(String what, double value, String unit) {
        System.out.printf(Locale.ROOT, "%-59s %8.2f %s%n", what, value, unit);
    }

    private static void report(String what, double value, String unit, double goal) {
        System.out.printf(
                Locale.ROOT, "%-59s %8.2f %s  (goal: <= %.0f %s)%n", what, value, unit, goal, unit);
    }
}
