package huafang.engine.sampling;

/**
 * The noise levels that a network was trained on: a standard deviation for each of its timesteps,
 * and between them by linear interpolation of the logarithm, as k-diffusion has it.
 */
public final class NoiseLevels {
    private final float[] logs;
    private final float lowest;
    private final float highest;

    private NoiseLevels(float[] sigmas) {
        logs = new float[sigmas.length];
        for (int i = 0; i < sigmas.length; i++) {
            logs[i] = (float) StrictMath.log(sigmas[i]);
        }
        lowest = sigmas[0];
        highest = sigmas[sigmas.length - 1];
    }

    /** Stable Diffusion's: 1000 betas whose square roots rise evenly from √0.00085 to √0.012. */
    public static NoiseLevels scaledLinear() {
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
        return new NoiseLevels(sigmas);
    }

    /** The last timestep, that of the highest level. */
    public float last() {
        return logs.length - 1;
    }

    /** The lowest standard deviation, that of timestep 0. */
    public float lowest() {
        return lowest;
    }

    /** The highest standard deviation. */
    public float highest() {
        return highest;
    }

    /** The standard deviation at a timestep from 0 to {@link #last}. */
    public float sigma(float timestep) {
        int below = (int) timestep;
        int above = Math.min(below + 1, logs.length - 1);
        float part = timestep - below;
        return (float) StrictMath.exp((1 - part) * logs[below] + part * logs[above]);
    }

    /** The timestep of a standard deviation; 0 or {@link #last} for those out of range. */
    public float timestep(float sigma) {
        float log = (float) StrictMath.log(sigma);
        int below = 0;
        while (below < logs.length - 2 && logs[below + 1] <= log) {
            below++;
        }
        float part = (log - logs[below]) / (logs[below + 1] - logs[below]);
        return below + Math.clamp(part, 0f, 1f);
    }
}
