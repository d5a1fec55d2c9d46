package huafang.gateway.job;

import huafang.contracts.generation.ImageParameters;
import huafang.gateway.problem.ProblemException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds what waits, of everybody and of each owner, so that nobody is promised a picture for next
 * week. Whoever has nothing waiting may ask for any one job while the queue has room.
 */
@Singleton
class Backlog {
    /** Less than any image costs: what is left of a sum is a rounding error. */
    private static final double SMALLEST_COST = 1e-6;

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration WITHOUT_MEASURE = Duration.ofMinutes(1);

    private final LiveJobs live;
    private final JobSettings settings;

    /** Of each owner, the cost of what has its room and is not on the queue yet. */
    private final Map<String, Double> arriving = new HashMap<>();

    /** Room for a job, which is its own until it is counted on the queue, or is not to come. */
    interface Room extends AutoCloseable {
        @Override
        void close();
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
        double asked = images * Cost.of(image, 0);
        double own = load.own() + arriving.getOrDefault(owner, 0.0);
        double all = load.all() + arriving.values().stream().mapToDouble(cost -> cost).sum();
        require("you have", own, asked, settings.mostWaitingOfOwner(), load.perSecond());
        require("the queue has", all, asked, settings.mostWaiting(), load.perSecond());
        arriving.merge(owner, asked, Double::sum);
        return () -> leave(owner, asked);
    }

    private synchronized void leave(String owner, double cost) {
        arriving.computeIfPresent(
                owner, (same, sum) -> sum - cost < SMALLEST_COST ? null : sum - cost);
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
