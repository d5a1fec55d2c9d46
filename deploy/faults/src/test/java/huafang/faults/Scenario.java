package huafang.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What befalls the fleet while customers come, and what must be true of it afterwards. */
interface Scenario {
    /** How {@code make faults} calls it. */
    String name();

    /** Settings of the services, which are smaller than in real life where a bound is to be met. */
    default Map<String, String> settings() {
        return Map.of();
    }

    /** What each of the customers is used to. */
    default List<Habit> customers() {
        return Collections.nCopies(6, Habit.USUAL);
    }

    /**
     * Happens, until the stage's end.
     *
     * @return how many faults there were
     */
    int play(Stage stage) throws Exception;

    /**
     * Says what came of its own goal, when every image has ended.
     *
     * @return a sentence for each thing that is not as it should be
     */
    default List<String> judge(Stage stage, Timing timing) throws Exception {
        return List.of();
    }

    /**
     * Where it happens.
     *
     * @param time that it has
     * @param start when that began
     * @param isHeld whether it goes on when the time is over
     * @param say has a line printed
     */
    record Stage(
            Fleet fleet,
            Journal journal,
            Random random,
            Duration time,
            Instant start,
            AtomicBoolean isHeld,
            Consumer<String> say) {
        boolean isOpen() {
            return isHeld.get() || left().isPositive();
        }

        Duration left() {
            return Duration.between(Instant.now(), start.plus(time));
        }
    }

    /** The scenario of this name, or else random faults whose names match it as an expression. */
    static Scenario of(String name) {
        return Stream.of(
                        new Nothing(),
                        new DatabaseAway(),
                        new Overload(),
                        new RollingRestarts(),
                        new BrokerRestarts())
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseGet(() -> new RandomFaults(name));
    }
}
