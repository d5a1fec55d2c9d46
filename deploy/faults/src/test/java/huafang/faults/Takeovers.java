package huafang.faults;

import huafang.contracts.job.ImageKey;
import huafang.faults.Timing.Death;
import huafang.faults.Timing.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;

/** How soon others began the images of workers that ended. */
final class Takeovers {
    /** Who lives for that long after another one's end could have taken its images. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(5);

    private final Timing timing;
    private final Map<String, List<Instant>> ends;

    /**
     * @param ends of each worker's processes
     */
    Takeovers(Timing timing, Map<String, List<Instant>> ends) {
        this.timing = timing;
        this.ends = ends;
    }

    /**
     * Seconds from workers' ends until others began their images.
     *
     * @param elsewhere where another worker was there for them
     * @param later where none was, and one had to start first
     */
    record Found(List<Double> elsewhere, List<Double> later) {}

    Found after(Collection<Death> deaths) {
        var found = new Found(new ArrayList<>(), new ArrayList<>());
        for (Death death : deaths) {
            timing.starts()
                    .forEach((key, all) ->
                            next(death, key, all)
                                    .ifPresent(start ->
                                            (isAnyThere(death, start.at())
                                                            ? found.elsewhere()
                                                            : found.later())
                                                    .add(Timing.seconds(death.at(), start.at()))));
        }
        return found;
    }

    /** Of an image that the worker had in work as it ended. */
    private Optional<Start> next(Death death, ImageKey key, List<Start> all) {
        Start last = null;
        for (Start start : all) {
            if (start.at().isBefore(death.at())) {
                last = start;
            } else {
                boolean wasInWork = last != null && last.worker().equals(death.worker());
                return wasInWork && !timing.hasEnded(key, death.at())
                        ? Optional.of(start)
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /**
     * Whether another worker had begun images since it last started, and lived until the image was
     * begun, or for long enough.
     */
    private boolean isAnyThere(Death death, Instant begun) {
        Instant patience = death.at().plus(LONG_ENOUGH);
        Instant until = begun.isBefore(patience) ? begun : patience;
        return ends.entrySet().stream()
                .filter(worker -> !worker.getKey().equals(death.worker()))
                .anyMatch(worker -> isThere(worker, death.at(), until));
    }

    private boolean isThere(Entry<String, List<Instant>> worker, Instant from, Instant until) {
        Instant started =
                worker.getValue().stream()
                        .filter(end -> !end.isAfter(from))
                        .max(Instant::compareTo)
                        .orElse(Instant.MIN);
        return worker.getValue().stream().noneMatch(end -> end.isAfter(from) && end.isBefore(until))
                && timing.starts().values().stream()
                        .flatMap(List::stream)
                        .anyMatch(start ->
                                start.worker().equals(worker.getKey())
                                        && start.at().isAfter(started)
                                        && start.at().isBefore(from));
    }
}
