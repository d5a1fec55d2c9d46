package huafang.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether images waited while workers had nothing to do. */
final class Idleness {
    private Idleness() {}

    /**
     * A finished image.
     *
     * @param since when it waited
     * @param begun when the worker began it, which ended it at {@code ended}
     */
    record Run(String worker, Instant since, Instant begun, Instant ended) {}

    /** A change of how many images wait, or of how many a worker has in work. */
    private record Change(Instant at, int waiting, String worker, int holds) {}

    /**
     * The longest time throughout which some image waited and some worker had none.
     *
     * @param workers how many there are
     */
    static Duration longest(Collection<Run> runs, int workers) {
        List<Change> changes = new ArrayList<>();
        for (Run run : runs) {
            changes.add(new Change(run.since(), 1, run.worker(), 0));
            changes.add(new Change(run.begun(), -1, run.worker(), 1));
            changes.add(new Change(run.ended(), 0, run.worker(), -1));
        }
        changes.sort(Comparator.comparing(Change::at));
        Map<String, Integer> held = new HashMap<>();
        var longest = Duration.ZERO;
        int waiting = 0;
        Instant since = null;
        for (Change change : changes) {
            waiting += change.waiting();
            held.merge(change.worker(), change.holds(), Integer::sum);
            long busy = held.values().stream().filter(images -> images > 0).count();
            boolean isWasted = waiting > 0 && busy < workers;
            if (isWasted && since == null) {
                since = change.at();
            } else if (!isWasted && since != null) {
                var time = Duration.between(since, change.at());
                longest = time.compareTo(longest) > 0 ? time : longest;
                since = null;
            }
        }
        return longest;
    }
}
