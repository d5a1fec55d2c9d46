package huafang.faults;

import huafang.faults.Journal.Postponed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Somebody's customers ask for ten times of what the workers can paint, or more, and another one's
 * for little, who come again when they are told to. The queue stays within its bounds, who is told
 * to wait is told the truth, who asks for little gets more of it, and no service's live heap grows.
 */
final class Overload implements Scenario {
    /** Each asks for something else when there is no room. */
    private static final List<Habit> GREEDY =
            Collections.nCopies(40, new Habit(Fleet.OWNER, 8, 1000, 0.2, 0, 0, 0, false));

    private static final List<Habit> MODEST =
            Collections.nCopies(3, new Habit(Fleet.GUEST, 8, 1000, 1, 0.7, 0, 0, true));

    /** How much of what can be painted must be asked for, each thing counted once. */
    private static final double LEAST_ASKED = 10;

    /** Step-megapixels, for about half a minute of all workers. */
    private static final double BOUND = 2;

    private static final double BOUND_OF_OWNER = 1.2;

    private static final double MOST_GROWTH = 1.25;
    private static final double MOST_ERROR = 2;

    /** Several gateways may accept at the same moment. */
    private static final double MOST_OVER_BOUND = 1.5;

    private final List<Heap> begin = new ArrayList<>();
    private final List<Heap> end = new ArrayList<>();

    private record Heap(String name, double mebibytes) {}

    @Override
    public String name() {
        return "overload";
    }

    @Override
    public Map<String, String> settings() {
        return Map.of(
                "HUAFANG_JOBS_MOST_WAITING",
                Double.toString(BOUND),
                "HUAFANG_JOBS_MOST_WAITING_OF_OWNER",
                Double.toString(BOUND_OF_OWNER),
                // Else what is kept for those who ask again would grow all the time.
                "HUAFANG_JOBS_KEEP_ENDED",
                "30s");
    }

    @Override
    public List<Habit> customers() {
        return Stream.of(GREEDY, MODEST).flatMap(List::stream).toList();
    }

    @Override
    public int play(Stage stage) throws Exception {
        Thread.sleep(stage.time().dividedBy(5)); // until it is as full as it gets
        begin.addAll(heaps(stage.fleet()));
        Thread.sleep(stage.left());
        end.addAll(heaps(stage.fleet()));
        return 0;
    }

    /** What lives in each service after a full collection. */
    private static List<Heap> heaps(Fleet fleet) throws IOException, InterruptedException {
        List<Heap> heaps = new ArrayList<>();
        for (Member member : fleet.services()) {
            Process command =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                            .toString(),
                                    Long.toString(member.process().pid()),
                                    "GC.class_histogram")
                            .start();
            String[] total =
                    new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip()
                            .split("\\s+");
            command.waitFor();
            heaps.add(
                    new Heap(
                            member.name(),
                            Long.parseLong(total[total.length - 1]) / (double) (1 << 20)));
        }
        return heaps;
    }

    @Override
    public List<String> judge(Stage stage, Timing timing) {
        List<String> wrong = new ArrayList<>();
        judgeQueue(stage, timing, wrong);
        for (int i = 0; i < begin.size(); i++) {
            double before = begin.get(i).mebibytes();
            double after = end.get(i).mebibytes();
            say(
                    stage,
                    "live heap of %s: %.1f MiB, at the end %.1f MiB",
                    begin.get(i).name(),
                    before,
                    after);
            if (after > MOST_GROWTH * before) {
                wrong.add("the heap of %s grew".formatted(begin.get(i).name()));
            }
        }
        return wrong;
    }

    private static void judgeQueue(Stage stage, Timing timing, List<String> wrong) {
        List<Order> accepted = stage.journal().accepted();
        List<Postponed> postponed = stage.journal().postponed();
        List<Waiting.Step> steps = new Audit(stage.fleet(), stage.journal()).steps();
        var waiting = new Waiting(timing.events(), steps, accepted);
        double asked = cost(stage.journal().orders()) / cost(accepted);
        say(stage, "asked for, each once: %.1f times of what was accepted", asked);
        if (asked < LEAST_ASKED) {
            wrong.add("that was no overload of %.0f times".formatted(LEAST_ASKED));
        }
        double modest = part(stage, Fleet.GUEST);
        double greedy = part(stage, Fleet.OWNER);
        say(
                stage,
                "accepted of what was asked for: %.0f %% of who asks for little, %.0f %% of who asks for much",
                100 * modest,
                100 * greedy);
        if (modest < greedy) {
            wrong.add("who asks for little gets less of it than who asks for much");
        }
        Map<String, Waiting> owners = new HashMap<>();
        for (String owner : List.of(Fleet.OWNER, Fleet.GUEST)) {
            owners.put(owner, new Waiting(timing.events(), steps, of(owner, accepted)));
        }
        double most = waiting.most() / BOUND;
        say(stage, "the most that waited: %.2f of the bound", most);
        List<Double> told = new ArrayList<>();
        for (Postponed one : postponed) {
            Optional<Duration> all = waiting.untilRoom(one.at(), one.order().cost(), BOUND);
            Optional<Duration> own =
                    owners.get(one.order().owner())
                            .untilRoom(one.at(), one.order().cost(), BOUND_OF_OWNER);
            if (all.isPresent() && own.isPresent()) {
                long nanos = Math.max(all.get().toNanos(), own.get().toNanos());
                told.add(one.told().toSeconds() / Math.ceil(nanos / 1e9));
            }
        }
        told.sort(null);
        if (told.isEmpty()) {
            wrong.add("nobody was told to wait");
            return;
        }
        double median = told.get(told.size() / 2);
        say(
                stage,
                "told to wait, in times of how long it took until there was room: %d times, median %.2f, 10 %% %.2f, 90 %% %.2f",
                told.size(),
                median,
                told.get(told.size() / 10),
                told.get(told.size() * 9 / 10));
        if (median < 1 / MOST_ERROR || median > MOST_ERROR) {
            wrong.add("Retry-After is not true");
        }
        if (most > MOST_OVER_BOUND) {
            wrong.add("the queue is not bounded");
        }
    }

    private static double part(Stage stage, String owner) {
        return cost(of(owner, stage.journal().accepted()))
                / cost(of(owner, stage.journal().orders()));
    }

    private static List<Order> of(String owner, List<Order> orders) {
        return orders.stream().filter(order -> order.owner().equals(owner)).toList();
    }

    private static double cost(List<Order> orders) {
        return orders.stream().mapToDouble(Order::cost).sum();
    }

    private static void say(Stage stage, String line, Object... values) {
        stage.say().accept(String.format(Locale.ROOT, line, values));
    }
}
