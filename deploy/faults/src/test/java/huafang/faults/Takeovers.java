package huafang.faults;

import huafang.contracts.broker.Lane;
import huafang.contracts.job.ImageKey;
import huafang.faults.Timing.Death;
import huafang.faults.Timing.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** How soon others began the images of workers that ended. */
final class Takeovers {
    /** Since it is ready, a worker takes images by then, if it has not begun one before. */
    private static final Duration TO_JOIN = Duration.ofSeconds(2);

    /** What others begin by then may have been on its way to them. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(1);

    /** The attempt from which an image is painted alone. */
    private static final int ALONE = 3;

    private final Timing timing;
    private final Collection<Life> lives;

    /** Since when each takes images. */
    private final Map<Life, Instant> takesSince = new HashMap<>();

    private final Map<ImageKey, Place> places;
    private final int slots;
    private final List<Run> runs = new ArrayList<>();

    /**
     * A process of a worker, from its start to its end.
     *
     * @param ready when it was known to be
     */
    record Life(String worker, Instant from, Instant ready, Instant to) {
        boolean lasts(Instant at) {
            return !at.isBefore(from) && at.isBefore(to);
        }
    }

    /**
     * Where an image waits.
     *
     * @param isAgain whether it was queued again, after all that waited then
     */
    record Place(Lane lane, boolean isAgain) {
        Place again() {
            return new Place(lane, true);
        }
    }

    /** An image in a slot of a worker. */
    private record Run(Life life, Lane lane, boolean isAlone, Instant from, Instant to) {
        boolean lasts(Instant at) {
            return !at.isBefore(from) && at.isBefore(to);
        }
    }

    /**
     * Seconds from workers' ends until others began their images.
     *
     * @param all of that time
     * @param wasted the longest part of it throughout which another worker had a free slot for it,
     *     or since one took another image before it, where it had not been queued again
     * @param alone all of it for images that two workers died over: they wait for a worker that has
     *     no others
     */
    record Found(List<Double> all, List<Double> wasted, List<Double> alone) {}

    /**
     * @param slots of each lane that a worker has
     */
    Takeovers(Timing timing, Collection<Life> processes, Map<ImageKey, Place> places, int slots) {
        this.timing = timing;
        this.places = places;
        this.slots = slots;
        this.lives = processes;
        lives.forEach(life -> takesSince.put(life, joined(life)));
        timing.starts().forEach(this::addRuns);
    }

    private static Instant joined(Life life) {
        return life.ready().equals(Instant.MAX) ? Instant.MAX : life.ready().plus(TO_JOIN);
    }

    private void addRuns(ImageKey key, List<Start> starts) {
        for (Start start : starts) {
            lives.stream()
                    .filter(life -> life.worker().equals(start.worker()) && life.lasts(start.at()))
                    .findFirst()
                    .ifPresent(life -> {
                        takesSince.merge(life, start.at(), Takeovers::earlier);
                        Instant freed = timing.freed(key, start.at()).orElse(Instant.MAX);
                        var run =
                                new Run(
                                        life,
                                        places.get(key).lane(),
                                        start.attempt() >= ALONE,
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
                                    .ifPresent(start -> add(found, death, places.get(key), start)));
        }
        return found;
    }

    private void add(Found found, Death death, Place place, Start start) {
        double seconds = Timing.seconds(death.at(), start.at());
        found.all().add(seconds);
        if (start.attempt() < ALONE) {
            double free = wasted(place.lane(), death.at(), start.at());
            double passed = place.isAgain() ? 0 : passed(place.lane(), death.at(), start.at());
            found.wasted().add(Math.max(free, passed));
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
                                takesSince.values().stream(),
                                lives.stream().map(Life::to),
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

    /** The seconds since another image of the lane was begun before it. */
    private double passed(Lane lane, Instant from, Instant to) {
        return runs.stream()
                .filter(run -> run.lane() == lane)
                .map(Run::from)
                .filter(at -> at.isAfter(from.plus(ON_ITS_WAY)) && at.isBefore(to))
                .min(Instant::compareTo)
                .map(at -> Timing.seconds(at, to))
                .orElse(0.0);
    }

    private boolean isAnyFree(Lane lane, Instant at) {
        return lives.stream()
                .filter(life -> life.lasts(at) && !at.isBefore(takesSince.get(life)))
                .anyMatch(life -> isFree(life, lane, at));
    }

    /** While an image is painted alone, all slots of its worker wait. */
    private boolean isFree(Life life, Lane lane, Instant at) {
        List<Run> inWork =
                runs.stream().filter(run -> run.life().equals(life) && run.lasts(at)).toList();
        return inWork.stream().noneMatch(Run::isAlone)
                && inWork.stream().filter(run -> run.lane() == lane).count() < slots;
    }
}
