package huafang.faults;

import huafang.faults.Customer.Habit;
import huafang.faults.Journal.Postponed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Customers ask for ten times of what the workers can paint, or more, and come again when they are
 * told to. The queue stays within its bound, who is told to wait is told the truth, and no
 * service's live heap grows.
 */
final class Overload implements Scenario {
    private static final int CUSTOMERS = 20;

    /** They ask for the next job at once when one is accepted. */
    private static final Habit BUSY = new Habit(8, 1000, 0, 0.7);

    /** Step-megapixels, for about half a minute of all workers. */
    private static final double BOUND = 2;

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
                Double.toString(BOUND),
                // Else what is kept for those who ask again would grow all the time.
                "HUAFANG_JOBS_KEEP_ENDED",
                "30s");
    }

    @Override
    public int customers() {
        return CUSTOMERS;
    }

    @Override
    public Habit habit() {
        return BUSY;
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
        var waiting = new Waiting(timing.events(), accepted);
        double done = accepted.stream().mapToDouble(Order::cost).sum();
        double refused = postponed.stream().mapToDouble(p -> p.order().cost()).sum();
        say(stage, "asked for: %.1f times of what was accepted", (done + refused) / done);
        double most = waiting.most() / BOUND;
        say(stage, "the most that waited: %.2f of the bound", most);
        List<Double> told = new ArrayList<>();
        for (Postponed one : postponed) {
            waiting.untilRoom(one.at(), one.order().cost(), BOUND)
                    .ifPresent(time ->
                            told.add(one.told().toSeconds() / Math.ceil(time.toNanos() / 1e9)));
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

    private static void say(Stage stage, String line, Object... values) {
        stage.say().accept(String.format(Locale.ROOT, line, values));
    }
}
