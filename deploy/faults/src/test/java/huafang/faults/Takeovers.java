package huafang.faults;

import huafang.contracts.broker.Lane;
import huafang.contracts.job.ImageKey;
import huafang.faults.Timing.Death;
import huafang.faults.Timing.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** How soon others began the images of workers that ended. */
final class Takeovers {
    /** A worker takes images by then, if it has not begun one before. */
    private static final Duration LONGEST_START = Duration.ofSeconds(15);

    /** The attempt from which an image is painted alone. */
    private static final int ALONE = 3;

    private final Timing timing;
    private final List<Life> lives;
    private final Map<ImageKey, Lane> lanes;
    private final int slots;
    private final List<Run> runs = new ArrayList<>();

    /** A process of a worker, from its start to its end. */
    record Life(String worker, Instant from, Instant to) {
        boolean lasts(Instant at) {
            return !at.isBefore(from) && at.isBefore(to);
        }
    }

    /** An image in a slot of a worker. */
    private record Run(Life life, Lane lane, Instant from, Instant to) {}

    /**
     * Seconds from workers' ends until others began their images.
     *
     * @param all of that time
     * @param wasted the longest part of it throughout which another worker had a free slot for it
     * @param alone all of it for images that two workers died over: they wait for a worker that has
     *     no others
     */
    record Found(List<Double> all, List<Double> wasted, List<Double> alone) {}

    /**
     * @param slots of each lane that a worker has
     */
    Takeovers(Timing timing, Collection<Life> processes, Map<ImageKey, Lane> lanes, int slots) {
        this.timing = timing;
        this.lanes = lanes;
        this.slots = slots;
        this.lives = processes.stream().map(this::sinceItTookImages).toList();
        timing.starts().forEach(this::addRuns);
    }

    private Life sinceItTookImages(Life process) {
        Instant first =
                timing.starts().values().stream()
                        .flatMap(List::stream)
                        .filter(start -> start.worker().equals(process.worker()))
                        .map(Start::at)
                        .filter(process::lasts)
                        .min(Instant::compareTo)
                        .orElse(Instant.MAX);
        return new Life(
                process.worker(), earlier(first, process.from().plus(LONGEST_START)), process.to());
    }

    private void addRuns(ImageKey key, List<Start> starts) {
        for (Start start : starts) {
            lives.stream()
                    .filter(life -> life.worker().equals(start.worker()) && life.lasts(start.at()))
                    .findFirst()
                    .ifPresent(life -> {
                        Instant freed = timing.freed(key, start.at()).orElse(Instant.MAX);
                        var run =
                                new Run(
                                        life,
                                        lanes.get(key),
                                        start.at(),
                                        earlier(freed, life.to()));
                        runs.add(run);
                    });
        }
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    Found after(Collection<Death> deaths) {
        var found = new Found(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Death death : deaths) {
            timing.starts()
                    .forEach((key, all) ->
                            next(death, key, all)
                                    .ifPresent(start -> add(found, death, lanes.get(key), start)));
        }
        return found;
    }

    private void add(Found found, Death death, Lane lane, Start start) {
        double seconds = Timing.seconds(death.at(), start.at());
        found.all().add(seconds);
        if (start.attempt() < ALONE) {
            found.wasted().add(wasted(lane, death.at(), start.at()));
        } else {
            found.alone().add(seconds);
        }
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

    /** The longest time between them throughout which some worker had a free slot of the lane. */
    private double wasted(Lane lane, Instant from, Instant to) {
        List<Instant> changes =
                Stream.of(
                                Stream.of(from, to),
                                lives.stream().flatMap(life -> Stream.of(life.from(), life.to())),
                                runs.stream().flatMap(run -> Stream.of(run.from(), run.to())))
                        .flatMap(Function.identity())
                        .filter(at -> !at.isBefore(from) && !at.isAfter(to))
                        .sorted()
                        .toList();
        double longest = 0;
        Instant since = null;
        for (Instant change : changes) {
            if (since != null) {
                longest = Math.max(longest, Timing.seconds(since, change));
            }
            if (!isAnyFree(lane, change)) {
                since = null;
            } else if (since == null) {
                since = change;
            }
        }
        return longest;
    }

    private boolean isAnyFree(Lane lane, Instant at) {
        return lives.stream()
                .filter(life -> life.lasts(at))
                .anyMatch(life ->
                        runs.stream()
                                        .filter(run ->
                                                run.life().equals(life)
                                                        && run.lane() == lane
                                                        && !at.isBefore(run.from())
                                                        && at.isBefore(run.to()))
                                        .count()
                                < slots);
    }
}
