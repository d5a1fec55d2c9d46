package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A Brownian motion over the noise levels, its increments divided by their standard deviation:
 * k-diffusion's BrownianTreeNoiseSampler over torchsde's BrownianTree, one seed an image.
 *
 * <p>The times (rounded to six digits), their halving, the seeds of the nodes and the draws are
 * exactly torchsde's, and so the motion depends on the seed and the range alone, not on the steps.
 * Not exact: sums are kept in double precision here and in single there (1e-6 of a value), and a
 * level that differs by its last bit may round to the next millionth (there, about 1e-3 of the
 * noise at the highest levels).
 */
final class BrownianTree implements StepNoise {
    private static final int DIGITS = 6;

    private final Rng rng;
    private final long seed;
    private final int[] shape;
    private final double begin;
    private final double end;
    private final double[] whole; // the motion from begin to end
    private double knownAt;
    private double[] known; // the motion from begin to knownAt

    /**
     * A motion that is the same for the same arguments.
     *
     * @param lowest the lowest level that will be asked for
     * @param highest the highest
     */
    BrownianTree(Rng rng, long seed, int[] shape, float lowest, float highest) {
        this.rng = rng;
        this.seed = seed;
        this.shape = shape;
        begin = rounded(lowest);
        end = rounded(highest);
        whole = sum(null, 0, Math.sqrt((double) highest - lowest), SeedSequence.firstWord(seed));
        known = whole;
        knownAt = end;
    }

    @Override
    public Tensor between(float from, float to) {
        double[] high = at(rounded(from));
        double[] low = at(rounded(to));
        double scale = -1 / Math.sqrt(Math.abs(from - to));
        Tensor noise = Tensor.zeros(shape);
        for (int i = 0; i < high.length; i++) {
            noise.data()[i] = (float) (scale * (high[i] - low[i]));
        }
        return noise;
    }

    /** The motion up to a time: the tree's intervals are halved until one ends there. */
    private double[] at(double time) {
        time = Math.clamp(time, begin, end);
        if (time == knownAt) {
            return known;
        }
        double[] before = new double[whole.length];
        double[] inside = whole;
        double left = begin;
        double right = end;
        int key = 0;
        for (int depth = 0; time != left && time != right; depth++) {
            double middle = rounded(0.5 * (right + left));
            double part = (middle - left) / (right - left);
            double deviation = Math.sqrt((middle - left) * (right - middle) / (right - left));
            double[] half = sum(inside, part, deviation, SeedSequence.firstWord(seed, key, depth));
            if (time <= middle) {
                inside = half;
                right = middle;
                key = 2 * key;
            } else {
                for (int i = 0; i < half.length; i++) {
                    before[i] += half[i];
                    half[i] = inside[i] - half[i];
                }
                inside = half;
                left = middle;
                key = 2 * key + 1;
            }
        }
        if (time == right) {
            for (int i = 0; i < before.length; i++) {
                before[i] += inside[i];
            }
        }
        knownAt = time;
        known = before;
        return before;
    }

    /** share·values plus noise of a node. */
    private double[] sum(double[] values, double share, double deviation, int node) {
        float[] noise = rng.seeded(Integer.toUnsignedLong(node)).draw(shape).data();
        double[] sum = new double[noise.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (values == null ? 0 : share * values[i]) + deviation * noise[i];
        }
        return sum;
    }

    private static double rounded(double time) {
        return new BigDecimal(time).setScale(DIGITS, RoundingMode.HALF_EVEN).doubleValue();
    }
}
