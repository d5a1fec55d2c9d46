package huafang.faults;

import huafang.faults.Order.Ending;
import java.util.Random;
import java.util.UUID;

/**
 * What customers ask for.
 *
 * @param owner whose jobs these are
 * @param mostImages in a job
 * @param slowest milliseconds of a step
 * @param pause between two jobs, on average, in times of the work for one
 * @param keyed the part of the jobs that have a key, under which they are asked for again
 * @param painted the part of the jobs that the real engine paints
 * @param hurried the part of the jobs that are not wanted later
 * @param returns whether they come again for what there was no room for
 */
record Habit(
        String owner,
        int mostImages,
        int slowest,
        double pause,
        double keyed,
        double painted,
        double hurried,
        boolean returns) {
    /** Small jobs; their customers wait a little longer in between than workers need for them. */
    static final Habit USUAL = new Habit(Fleet.OWNER, 4, 100, 1.5, 0.7, 0.1, 0.2, true);

    private static final int PAINTED_STEPS = 4;

    /** So few that each is painted often, and compared. Specimens have others. */
    private static final int PAINTED_SEEDS = 4;

    private static final int FIRST_PAINTED_SEED = 1000;
    private static final int SHORTEST_WAIT = 20;
    private static final int LONGEST_WAIT = 120;

    /** Likewise, without keys: these must be looked up. */
    Habit withoutKeys() {
        return new Habit(owner, mostImages, slowest, pause, 0, painted, hurried, returns);
    }

    Order order(Random random) {
        var drawn = new UUID(random.nextLong(), random.nextLong()).toString();
        String key = random.nextDouble() < keyed ? drawn : null;
        Integer wait =
                random.nextDouble() < hurried
                        ? SHORTEST_WAIT + random.nextInt(LONGEST_WAIT - SHORTEST_WAIT)
                        : null;
        if (random.nextDouble() < painted) {
            int seed = FIRST_PAINTED_SEED + random.nextInt(PAINTED_SEEDS);
            return new Order(owner, key, 1, PAINTED_STEPS, 50, seed, Ending.PAINTED, wait);
        }
        return new Order(
                owner,
                key,
                1 + random.nextInt(mostImages),
                1 + random.nextInt(8),
                slowest / 10 + random.nextInt(slowest * 9 / 10),
                random.nextInt(1 << 30),
                random.nextInt(25) == 0 ? Ending.NAN : Ending.PICTURE,
                wait);
    }
}
