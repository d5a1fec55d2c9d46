package huafang.engine.sampling;

/**
 * The noise levels that a network was trained on: a standard deviation for each of its timesteps,
 * and between them by linear interpolation of the logarithm, as k-diffusion has it.
 */
public final class NoiseLevels {
    private static final int CONSISTENT =
            50; // the timesteps that consistency models are distilled on

    /** What is left of the variance at a last level that should leave nothing. */
    private static final float LEAST_KEPT = 4.8973451890853435e-08f;

    private final float[] sigmas;
    private final float[] logs;
    private final int stride; // timesteps of training from one level to the next
    private final boolean xl;

    private NoiseLevels(float[] sigmas, int stride, boolean xl) {
        this.sigmas = sigmas;
        this.stride = stride;
        this.xl = xl;
        logs = new float[sigmas.length];
        for (int i = 0; i < sigmas.length; i++) {
            logs[i] = (float) StrictMath.log(sigmas[i]);
        }
    }

    /** Stable Diffusion's: 1000 betas whose square roots rise evenly from √0.00085 to √0.012. */
    public static NoiseLevels scaledLinear() {
        return scaledLinear(false);
    }

    /** The same numbers for a Stable Diffusion XL, whose {@link #aligned} steps are others. */
    public static NoiseLevels scaledLinearXl() {
        return scaledLinear(true);
    }

    private static NoiseLevels scaledLinear(boolean xl) {
        int count = 1000;
        double from = Math.sqrt(0.00085);
        double to = Math.sqrt(0.012);
        float[] sigmas = new float[count];
        double kept = 1; // the share of the picture's variance that is left
        for (int i = 0; i < count; i++) {
            double root = from + (to - from) * i / (count - 1);
            kept *= 1 - root * root;
            float single = (float) kept;
            sigmas[i] = (float) Math.sqrt((1 - single) / single);
        }
        return new NoiseLevels(sigmas, 1, xl);
    }

    /**
     * The same with the highest level all but noise alone: Lin et al. 2023, "Common Diffusion Noise
     * Schedules and Sample Steps Are Flawed". In single precision and with a last level that is not
     * infinite, as AUTOMATIC1111 has it.
     */
    public NoiseLevels zeroTerminal() {
        float[] rescaled = new float[sigmas.length];
        float first = root(sigmas[0]);
        float last = root(highest());
        float scale = first / (first - last);
        for (int i = 0; i < rescaled.length; i++) {
            float root = (root(sigmas[i]) - last) * scale;
            float kept = i == rescaled.length - 1 ? LEAST_KEPT : root * root;
            rescaled[i] = (float) Math.sqrt((1 - kept) / kept);
        }
        return new NoiseLevels(rescaled, stride, xl);
    }

    /** The share of the picture that is left at a level. */
    private static float root(float sigma) {
        return (float) Math.sqrt((float) (1 / ((double) sigma * sigma + 1)));
    }

    /**
     * Every twentieth level, from the highest down: where latent consistency models are at home.
     */
    NoiseLevels consistent() {
        int every = sigmas.length / CONSISTENT;
        float[] kept = new float[CONSISTENT];
        for (int i = 0; i < CONSISTENT; i++) {
            kept[i] = sigmas[(i + 1) * every - 1];
        }
        return new NoiseLevels(kept, every, xl);
    }

    /** How many there are. */
    int count() {
        return sigmas.length;
    }

    /** The standard deviation of one of them, from the lowest, 0. */
    float at(int index) {
        return sigmas[index];
    }

    /** The index of the highest level. */
    public float last() {
        return logs.length - 1;
    }

    /** The lowest standard deviation. */
    public float lowest() {
        return sigmas[0];
    }

    /** The highest standard deviation. */
    public float highest() {
        return sigmas[sigmas.length - 1];
    }

    /** The standard deviation at an index from 0 to {@link #last}, fractions allowed. */
    public float sigma(float index) {
        int below = (int) index;
        int above = Math.min(below + 1, logs.length - 1);
        float part = index - below;
        return (float) StrictMath.exp((1 - part) * logs[below] + part * logs[above]);
    }

    /**
     * The index, with its fraction, of a standard deviation; of the nearest one if out of range.
     */
    float index(float sigma) {
        float log = (float) StrictMath.log(sigma);
        int below = 0;
        while (below < logs.length - 2 && logs[below + 1] <= log) {
            below++;
        }
        float part = (log - logs[below]) / (logs[below + 1] - logs[below]);
        return below + Math.clamp(part, 0f, 1f);
    }

    /** The index of the level nearest to a standard deviation. */
    int nearest(float sigma) {
        int nearest = 0;
        for (int i = 1; i < sigmas.length; i++) {
            if (Math.abs(sigmas[i] - sigma) < Math.abs(sigmas[nearest] - sigma)) {
                nearest = i;
            }
        }
        return nearest;
    }

    /**
     * The timestep of training that a network is told for a standard deviation: between the levels,
     * unless only some of them were trained.
     */
    public float timestep(float sigma) {
        return stride == 1 ? index(sigma) : (Math.round(index(sigma)) + 1) * stride - 1;
    }

    /**
     * Ten steps that lose least: Sabour et al. 2024, "Align Your Steps", as published for Stable
     * Diffusion 1.5 (2.x takes it too) and for XL.
     */
    double[] aligned() {
        return xl
                ? new double[] {
                    14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113, 0.029
                }
                : new double[] {
                    14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029
                };
    }
}
