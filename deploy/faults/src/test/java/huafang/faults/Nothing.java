package huafang.faults;

import java.util.List;
import java.util.Locale;

/** Nothing goes wrong: what the queue costs by itself. */
final class Nothing implements Scenario {
    private static final double MOST_RUNS = 1.02;

    @Override
    public String name() {
        return "nothing at all";
    }

    @Override
    public int play(Stage stage) throws InterruptedException {
        Thread.sleep(stage.left());
        return 0;
    }

    /** Some of what customers ask for kills its worker: that image and its company run again. */
    @Override
    public List<String> judge(Stage stage, Timing timing) {
        double runs = timing.runsPerImage();
        return runs <= MOST_RUNS
                ? List.of()
                : List.of(
                        String.format(
                                Locale.ROOT,
                                "each image was run %.3f times, and nothing went wrong",
                                runs));
    }
}
