package huafang.gateway.job;

import huafang.contracts.generation.ImageParameters;
import huafang.gateway.problem.ProblemException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds what waits, of everybody and of each owner, so that nobody is promised a picture for next
 * week. Whoever has nothing waiting may ask for any one job while the queue has room, and on an
 * empty queue for one that is larger than the bound: it would fit at no other time.
 */
@Singleton
class Backlog {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration WITHOUT_MEASURE = Duration.ofMinutes(1);

    private final LiveJobs live;
    private final JobSettings settings;

    /** Of each owner, what has its room and is not on the queue yet. */
    private final Map<String, Arriving> arriving = new HashMap<>();

    private record Arriving(double cost, int images) {
        private static final Arriving NOTHING = new Arriving(0, 0);

        /** Nothing is null, as maps want it. */
        private Arriving without(Arriving one) {
            return images == one.images ? null : new Arriving(cost - one.cost, images - one.images);
        }

        private Arriving plus(Arriving one) {
            return new Arriving(cost + one.cost, images + one.images);
        }
    }

    /**
     * Room for a job, which is its own until it is counted on the queue, or is not to come.
     *
     * @param before how many images of its owner are on the way already
     */
    record Room(int before, Runnable leaving) implements AutoCloseable {
        @Override
        public void close() {
            leaving.run();
        }
    }

    Backlog(LiveJobs live, JobSettings settings) {
        this.live = live;
        this.settings = settings;
    }

    /**
     * Requires room for a job. Of several that come at once, each counts for the next.
     *
     * @param image one of its images
     * @throws ProblemException (429) if there is none just now, with when to come again
     */
    synchronized Room requireRoom(String owner, ImageParameters image, int images) {
        Load load = live.load(owner);
        if (load.jobs() >= settings.mostLive()) {
            throw ProblemException.tooMany(
                    "Too many jobs are waiting: %d are in work or wait, and no more are allowed; try again later."
                            .formatted(load.jobs()),
                    pause(load.all() / load.jobs(), load.perSecond()));
        }
        var asked = new Arriving(images * Cost.of(image, 0), images);
        Arriving before = arriving.getOrDefault(owner, Arriving.NOTHING);
        double own = load.own() + before.cost();
        double all = load.all() + arriving.values().stream().mapToDouble(Arriving::cost).sum();
        require("you have", own, asked.cost(), settings.mostWaitingOfOwner(), load.ownPerSecond());
        require("the queue has", all, asked.cost(), settings.mostWaiting(), load.perSecond());
        arriving.put(owner, before.plus(asked));
        return new Room(load.ownImages() + before.images(), () -> leave(owner, asked));
    }

    private synchronized void leave(String owner, Arriving asked) {
        arriving.computeIfPresent(owner, (same, all) -> all.without(asked));
    }

    private static void require(
            String who, double waiting, double asked, double most, double perSecond) {
        double excess = waiting + asked - most;
        if (waiting == 0 || excess <= 0) {
            return;
        }
        throw ProblemException.tooMany(
                "Too much is waiting: %s %.0f step-megapixels in work, this job has %.0f more, and %.0f are allowed; try again later, or ask for less."
                        .formatted(who, waiting, asked, most),
                pause(Math.min(excess, waiting), perSecond));
    }

    private static Duration pause(double cost, double perSecond) {
        if (perSecond == 0) {
            return WITHOUT_MEASURE;
        }
        var pause = Duration.ofSeconds((long) Math.ceil(Math.min(cost / perSecond, 1e6)));
        return pause.compareTo(SHORTEST) < 0
                ? SHORTEST
                : pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    }
}
