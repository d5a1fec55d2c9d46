package huafang.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/** One fault after the other, each kind before any comes again. */
final class RandomFaults implements Scenario {
    private static final Duration BETWEEN = Duration.ofSeconds(2);

    private final Pattern only;

    /**
     * @param only what a fault's name must match to happen: a regular expression
     */
    RandomFaults(String only) {
        this.only = Pattern.compile(only);
    }

    @Override
    public String name() {
        return only.pattern();
    }

    @Override
    public int play(Stage stage) throws Exception {
        List<Fault.Named> deck = new ArrayList<>();
        int count = 0;
        while (stage.isOpen()) {
            if (deck.isEmpty()) {
                deck.addAll(deck(stage));
                Collections.shuffle(deck, stage.random());
            }
            if (deck.isEmpty()) {
                return 0;
            }
            Fault.Named next = deck.removeLast();
            boolean happened = next.fault().happen(stage.fleet(), stage.random());
            stage.say().accept(next.name() + (happened ? "" : ": skipped, nothing came there"));
            count += happened ? 1 : 0;
            Thread.sleep(BETWEEN);
        }
        return count;
    }

    private List<Fault.Named> deck(Stage stage) {
        List<Fault.Named> deck = new ArrayList<>(Fault.all(stage.fleet()));
        deck.addAll(new Aimed(stage.fleet(), stage.journal()).all());
        deck.removeIf(fault -> !only.matcher(fault.name()).find());
        return deck;
    }
}
