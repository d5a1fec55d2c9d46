package huafang.faults;

import huafang.faults.Fault.Named;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * First a crash at each point, then one fault after the other, each kind before any comes again.
 */
final class RandomFaults implements Scenario {
    private static final Duration BETWEEN = Duration.ofMillis(1500);

    private final Pattern only;
    private final List<String> notReached = new ArrayList<>();

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
        var aimed = new Aimed(stage.fleet(), stage.journal());
        var crashes = new Crashes(stage.fleet(), aimed);
        List<Named> first = matching(Stream.of(crashes.all(), aimed.first()));
        List<Named> deck =
                matching(
                        Stream.of(
                                crashes.all(),
                                aimed.first(),
                                aimed.others(),
                                Fault.all(stage.fleet())));
        Set<String> toPlay = new LinkedHashSet<>();
        deck.forEach(fault -> toPlay.add(fault.name()));
        stage.isHeld().set(true);
        int count = 0;
        for (Named fault : first) {
            toPlay.remove(fault.name());
            count += happens(fault, stage);
        }
        stage.isHeld().set(false);
        List<Named> left = new ArrayList<>();
        while (stage.isOpen() && !deck.isEmpty()) {
            if (left.isEmpty()) {
                left.addAll(deck);
                Collections.shuffle(left, stage.random());
                // What has had its turn comes after all that has not.
                left.sort(Comparator.comparing(fault -> !toPlay.contains(fault.name())));
            }
            Named next = left.removeFirst();
            toPlay.remove(next.name());
            count += happens(next, stage);
        }
        if (!toPlay.isEmpty()) {
            stage.say().accept("skipped, for the time was over: " + String.join(", ", toPlay));
        }
        notReached.addAll(crashes.notReached(first));
        return count;
    }

    /** How many faults it was: one or none. */
    private static int happens(Named fault, Stage stage) throws IOException, InterruptedException {
        try {
            fault.fault().happen(stage.fleet(), stage.random());
            stage.say().accept(fault.name());
            Thread.sleep(BETWEEN);
            return 1;
        } catch (Fault.Skipped e) {
            stage.say().accept(fault.name() + ": skipped, " + e.getMessage());
            return 0;
        }
    }

    private List<Named> matching(Stream<List<Named>> faults) {
        return faults.flatMap(List::stream)
                .filter(fault -> only.matcher(fault.name()).find())
                .toList();
    }

    @Override
    public List<String> judge(Stage stage, Timing timing) {
        return notReached;
    }
}
