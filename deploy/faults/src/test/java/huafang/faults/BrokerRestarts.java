package huafang.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The broker ends every half minute, well or badly in turn, and comes back; no worker dies. */
final class BrokerRestarts implements Scenario {
    private static final Duration BETWEEN = Duration.ofSeconds(30);
    private static final Duration DOWN = Duration.ofSeconds(3);

    private final List<Instant> returns = new ArrayList<>();

    @Override
    public String name() {
        return "broker restarts";
    }

    @Override
    public int play(Stage stage) throws Exception {
        Member broker = stage.fleet().members("broker").getFirst();
        while (stage.isOpen()) {
            Process before = broker.process();
            boolean isKilled = returns.size() % 2 == 1;
            if (isKilled) {
                broker.kill(DOWN);
            } else {
                broker.terminate(DOWN);
            }
            before.onExit().join();
            stage.fleet().awaitReady(broker);
            returns.add(Instant.now());
            stage.say().accept("the broker is back after " + (isKilled ? "kill -9" : "SIGTERM"));
            Thread.sleep(BETWEEN);
        }
        return returns.size();
    }

    @Override
    public List<String> judge(Stage stage, Timing timing) {
        var pauses = returns.stream().flatMap(at -> timing.nextStart(at).stream()).toList();
        stage.say().accept(Timing.line("from the broker's return to the next image", pauses));
        return Blame.whereNoWorkerDied(timing);
    }
}
