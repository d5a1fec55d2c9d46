package huafang.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The database is away all the time. What was painted meanwhile is stored soon afterwards. */
final class DatabaseAway implements Scenario {
    private static final Duration BEFORE = Duration.ofSeconds(5);
    private static final int LONGEST_OUTAGES = 2;

    private Instant begun;

    @Override
    public String name() {
        return "database away";
    }

    /** Without the database, no key can be looked up. */
    @Override
    public List<Habit> customers() {
        return Scenario.super.customers().stream().map(Habit::withoutKeys).toList();
    }

    @Override
    public int play(Stage stage) throws Exception {
        Thread.sleep(BEFORE);
        begun = Instant.now();
        Member database = stage.fleet().members("database").getFirst();
        database.kill(stage.left());
        Thread.sleep(stage.left());
        stage.fleet().awaitReady(database);
        stage.say().accept("the database is back after %d s".formatted(seconds(begun)));
        return 1;
    }

    @Override
    public List<String> judge(Stage stage, Timing timing) {
        long outage = stage.time().minus(BEFORE).toSeconds();
        long needed = seconds(begun);
        stage.say()
                .accept(
                        String.format(
                                Locale.ROOT,
                                "all was stored %.2f outages after the database went away (goal: <= %d)",
                                (double) needed / outage,
                                LONGEST_OUTAGES));
        return needed <= LONGEST_OUTAGES * outage
                ? List.of()
                : List.of(
                        "stored after %d s, the database was away for %d s"
                                .formatted(needed, outage));
    }

    private static long seconds(Instant since) {
        return Duration.between(since, Instant.now()).toSeconds();
    }
}
