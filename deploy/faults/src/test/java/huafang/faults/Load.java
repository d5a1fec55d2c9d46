package huafang.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An image that somebody asks for.
 *
 * @param at when, from the beginning
 * @param takes how long a worker has to work for it
 */
record Load(Duration at, Duration takes) {
    private static final double SHORTEST = 0.2;
    private static final double LONGEST = 20;

    /**
     * Images of 0.2 to 20 seconds, of each order of magnitude as many; they come as they like
     * (Poisson), and keep the workers busy for this part of the time.
     */
    static List<Load> mixed(int images, int workers, double busy, long seed) {
        var random = new Random(seed);
        double range = Math.log(LONGEST / SHORTEST);
        double mean = (LONGEST - SHORTEST) / range;
        List<Load> loads = new ArrayList<>();
        double at = 0;
        for (int i = 0; i < images; i++) {
            double takes = SHORTEST * Math.exp(range * random.nextDouble());
            loads.add(new Load(seconds(at), seconds(takes)));
            at += -Math.log(1 - random.nextDouble()) * mean / (workers * busy);
        }
        return loads;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
