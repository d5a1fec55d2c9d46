package huafang.faults;

import huafang.contracts.broker.Broker;
import huafang.contracts.broker.Lane;
import huafang.contracts.job.ImageKey;
import huafang.faults.Order.Ending;
import huafang.faults.Scenario.Stage;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/** Customers ask for pictures while faults happen; then all is counted. */
final class Drill {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MOST_SENTENCES = 50;
    private static final int WORKERS = 3;
    private static final int SLOTS = 2;

    /** Seconds that an image may wait for a worker to be alone with: its images in work end. */
    private static final double ALONE = 15;

    private final long seed;
    private final Duration time;
    private final Scenario scenario;
    private final PrintStream out;
    private final long start = System.nanoTime();

    /**
     * @param seed of the faults' order and of what is asked for
     * @param time that customers and faults have
     */
    Drill(long seed, Duration time, Scenario scenario, PrintStream out) {
        this.seed = seed;
        this.time = time;
        this.scenario = scenario;
        this.out = out;
    }

    /**
     * What {@code make faults} runs.
     *
     * @param arguments a seed, minutes, the name of a scenario or a regular expression for the
     *     names of faults, and a folder for what the services write
     */
    public static void main(String[] arguments) throws Exception {
        long seed = Long.parseLong(arguments[0]);
        var time = Duration.ofSeconds(Math.round(60 * Double.parseDouble(arguments[1])));
        var scenario = Scenario.of(arguments[2]);
        var result = new Drill(seed, time, scenario, System.out).run(Path.of(arguments[3]));
        System.exit(result.isGood() ? 0 : 1);
    }

    Audit.Result run(Path folder) throws Exception {
        var journal = new Journal(folder.resolve("journal.log"));
        try (var fleet = new Fleet(folder, scenario.settings(), true)) {
            fleet.addStorages(2);
            fleet.addGateways(2);
            for (int i = 0; i < WORKERS; i++) {
                fleet.addWorker("deploy/faults", SLOTS);
            }
            fleet.start("broker", "database");
            fleet.start("storage", "downloader", "worker", "gateway");
            new Aimed(fleet, journal).paintSpecimens();
            say("the fleet is ready");
            var stage =
                    new Stage(
                            fleet,
                            journal,
                            new Random(seed),
                            time,
                            Instant.now(),
                            new AtomicBoolean(),
                            this::say);
            List<Thread> customers = customers(stage);
            int faults = scenario.play(stage);
            for (Thread customer : customers) {
                customer.join();
            }
            for (Member member : fleet.members()) {
                fleet.awaitReady(member);
            }
            say(journal.answers());
            var audit = new Audit(fleet, journal);
            var counted = audit.run(PATIENCE);
            var timing = new Timing(audit.events());
            report(stage, timing);
            new Ghosts(journal, audit.rows()).lines().forEach(this::say);
            var result =
                    counted.and(timing.blamedForNothing())
                            .and(
                                    new Deadlines(journal.accepted(), fleet.jumps())
                                            .judge(timing.events()))
                            .and(scenario.judge(stage, timing));
            report(result, faults);
            return result;
        }
    }

    private List<Thread> customers(Stage stage) {
        List<Thread> customers = new ArrayList<>();
        for (Habit habit : scenario.customers()) {
            var customer =
                    new Customer(
                            stage.fleet().gateways(),
                            stage.journal(),
                            habit,
                            seed * 1000 + customers.size());
            customers.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    customer.visit(stage::isOpen);
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            }));
        }
        return customers;
    }

    private void report(Stage stage, Timing timing) {
        Collection<Order> accepted = stage.journal().accepted();
        List<ImageKey> painted =
                accepted.stream()
                        .filter(order -> order.ending() == Ending.PAINTED)
                        .map(order -> new ImageKey(order.job().get(), 0))
                        .toList();
        List<Timing.Death> killed = new ArrayList<>();
        List<Timing.Death> ended = new ArrayList<>();
        List<Timing.Death> drained = new ArrayList<>();
        Map<String, List<Member.Stop>> stops = new HashMap<>();
        List<Takeovers.Life> lives = new ArrayList<>();
        for (Member worker : stage.fleet().members("worker")) {
            worker.deaths().forEach(at -> killed.add(new Timing.Death(worker.name(), at)));
            worker.exits().forEach(at -> ended.add(new Timing.Death(worker.name(), at)));
            worker.farewells().forEach(at -> drained.add(new Timing.Death(worker.name(), at)));
            stops.put(worker.name(), worker.stops());
            lives.addAll(worker.lives());
        }
        var takeovers = new Takeovers(timing, lives, places(stage.fleet()), SLOTS);
        goal("images of killed workers", takeovers.after(killed), 5);
        goal("images of workers that exited", takeovers.after(ended), 5);
        goal("images handed back, since their worker was told to end", takeovers.after(drained), 2);
        goal("images cancelled, told", timing.cancellations(accepted), 2);
        goal("images cancelled in work, slot free", timing.slotsFreed(accepted), 2);
        var stopped = timing.stopped(stops);
        say(Timing.line("images of stopped workers, begun elsewhere", stopped.elsewhere()));
        say(
                Timing.line(
                        "images of stopped workers, held until these went on (the lock would end after %d min)"
                                .formatted(Broker.LOCK.toMinutes()),
                        stopped.held()));
        say(String.format(Locale.ROOT, "runs of each image: %.3f", timing.runsPerImage()));
        say(
                "pictures of the real engine: %d, begun again %d"
                        .formatted(
                                painted.size(),
                                painted.stream().filter(timing.repeated()::contains).count()));
    }

    /** Where each image waits. */
    private static Map<ImageKey, Takeovers.Place> places(Fleet fleet) {
        Map<ImageKey, Takeovers.Place> places = new HashMap<>();
        for (Lane lane : Lane.values()) {
            Records.read(
                    fleet.broker(),
                    lane.topicName(0),
                    record ->
                            places.merge(
                                    ImageKey.parse(record.key()),
                                    new Takeovers.Place(lane, false),
                                    (before, now) -> before.again()));
        }
        return places;
    }

    private void goal(String what, Takeovers.Found found, double most) {
        say(Timing.line(what + ", begun elsewhere", found.all()));
        goal("  of that, while a slot was free for them", found.wasted(), most);
        goal("  those that two workers died over, which are painted alone", found.alone(), ALONE);
    }

    private void goal(String what, List<Double> seconds, double most) {
        say(new Goal(what, seconds, most).line());
    }

    private void report(Audit.Result result, int faults) {
        result.wrong().stream().limit(MOST_SENTENCES).forEach(this::say);
        if (result.wrong().size() > MOST_SENTENCES) {
            say("and %d more".formatted(result.wrong().size() - MOST_SENTENCES));
        }
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
