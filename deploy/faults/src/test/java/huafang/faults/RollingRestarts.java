package huafang.faults;

import java.time.Duration;
import java.util.List;

/** All services are updated, again and again: one after the other is told to end. */
final class RollingRestarts implements Scenario {
    private static final Duration BETWEEN = Duration.ofSeconds(2);

    @Override
    public String name() {
        return "rolling restarts";
    }

    @Override
    public int play(Stage stage) throws Exception {
        int restarts = 0;
        while (stage.isOpen()) {
            for (String role : List.of("worker", "gateway", "storage")) {
                Fault.roll(role).happen(stage.fleet(), stage.random());
                restarts += stage.fleet().members(role).size();
                Thread.sleep(BETWEEN);
            }
            stage.say().accept("%d restarts".formatted(restarts));
        }
        return restarts;
    }

    /** Nobody dies in it, so no image may end for that reason. */
    @Override
    public List<String> judge(Stage stage, Timing timing) {
        return Blame.whereNoWorkerDied(timing);
    }
}
