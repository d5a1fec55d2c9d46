package huafang.engine.sampling;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** The formulas of the schedules, after k-diffusion and AUTOMATIC1111, whose numbers they give. */
final class Spacing {
    private static final double BETA_SHAPE = 0.6;

    private Spacing() {}

    /**
     * Where a schedule begins and ends.
     *
     * @param rho 0 for the schedule's own
     */
    record Range(NoiseLevels levels, double lowest, double highest, double rho) {
        static Range of(NoiseLevels levels, ScheduleOptions options) {
            double lowest = options.lowest() == 0 ? levels.lowest() : options.lowest();
            double highest = options.highest() == 0 ? levels.highest() : options.highest();
            if (lowest >= highest) {
                throw new IllegalArgumentException(
                        "noise levels: found %s to %s, allowed: a lowest below the highest"
                                .formatted(lowest, highest));
            }
            return new Range(levels, lowest, highest, options.rho());
        }

        double rhoOr(double usual) {
            return rho == 0 ? usual : rho;
        }
    }

    /** Falling standard deviations for a number of steps. */
    @FunctionalInterface
    interface Formula {
        float[] sigmas(int steps, Range range);
    }

    /** A level for each of {@code steps} even fractions from 0 to 1, then 0. */
    private static float[] falling(int steps, DoubleUnaryOperator level) {
        float[] sigmas = new float[steps + 1];
        for (int i = 0; i < steps; i++) {
            sigmas[i] = (float) level.applyAsDouble(steps == 1 ? 0 : (double) i / (steps - 1));
        }
        return sigmas;
    }

    /** k-diffusion's get_sigmas; knows no other range than the model's. */
    static float[] uniform(int steps, Range range) {
        NoiseLevels levels = range.levels();
        return falling(steps, part -> levels.sigma(levels.last() * (float) (1 - part)));
    }

    /** Karras et al. 2022, equation 5; k-diffusion's get_sigmas_karras. */
    static float[] karras(int steps, Range range) {
        double rho = range.rhoOr(7);
        double from = Math.pow(range.highest(), 1 / rho);
        double to = Math.pow(range.lowest(), 1 / rho);
        return falling(steps, part -> Math.pow(from + part * (to - from), rho));
    }

    /** k-diffusion's get_sigmas_exponential. */
    static float[] exponential(int steps, Range range) {
        return polyexponential(
                steps, new Range(range.levels(), range.lowest(), range.highest(), 1));
    }

    /** Likewise one level more, the model's lowest, and no 0. */
    static float[] exponentialToLowest(int steps, NoiseLevels levels) {
        var range = Range.of(levels, ScheduleOptions.USUAL);
        float[] sigmas = exponential(steps + 1, range);
        return Arrays.copyOf(sigmas, steps + 1);
    }

    /** k-diffusion's get_sigmas_polyexponential. */
    static float[] polyexponential(int steps, Range range) {
        double rho = range.rhoOr(1);
        double span = Math.log(range.highest() / range.lowest());
        return falling(steps, part -> range.lowest() * Math.exp(Math.pow(1 - part, rho) * span));
    }

    /**
     * The spacing of Stability AI's generative-models: that of {@link #normal} with a step more.
     */
    static float[] sgmUniform(int steps, Range range) {
        float[] sigmas = Arrays.copyOf(normal(steps + 1, range), steps + 1);
        sigmas[steps] = 0;
        return sigmas;
    }

    /** Even fractions of the training's time between the range's ends. */
    static float[] normal(int steps, Range range) {
        NoiseLevels levels = range.levels();
        float from = levels.index((float) range.highest());
        float to = levels.index((float) range.lowest());
        return falling(steps, part -> levels.sigma((float) (from + part * (to - from))));
    }

    /** Sabour et al. 2024, theorem 3.1: from the highest to the lowest, without a 0. */
    static float[] klOptimal(int steps, Range range) {
        double from = Math.atan(range.highest());
        double to = Math.atan(range.lowest());
        float[] sigmas = new float[steps + 1];
        for (int i = 0; i <= steps; i++) {
            double part = (double) i / steps;
            sigmas[i] = (float) Math.tan(part * to + (1 - part) * from);
        }
        return sigmas;
    }

    /** {@link NoiseLevels#aligned}, interpolated in the logarithm; knows no other range. */
    static float[] alignYourSteps(int steps, Range range) {
        double[] aligned = range.levels().aligned();
        return falling(
                steps,
                fraction -> {
                    // Counted from the low end, as there: a single step is the lowest level.
                    double at = (steps == 1 ? 1 : fraction) * (aligned.length - 1);
                    int above = Math.min((int) at, aligned.length - 2);
                    double part = at - above;
                    return Math.exp(
                            (1 - part) * Math.log(aligned[above])
                                    + part * Math.log(aligned[above + 1]));
                });
    }

    /** ComfyUI's: the training's own levels, evenly picked from the highest. */
    static float[] simple(int steps, Range range) {
        NoiseLevels levels = range.levels();
        float[] sigmas = new float[steps + 1];
        for (int i = 0; i < steps; i++) {
            sigmas[i] = levels.at(levels.count() - 1 - (int) ((double) i * levels.count() / steps));
        }
        return sigmas;
    }

    /** ComfyUI's: every so many of the training's levels, the second lowest among them. */
    static float[] ddim(int steps, Range range) {
        NoiseLevels levels = range.levels();
        int every = Math.max(levels.count() / steps, 1);
        int count = (levels.count() - 2) / every + 1;
        float[] sigmas = new float[count + 1];
        for (int i = 0; i < count; i++) {
            sigmas[i] = levels.at(1 + (count - 1 - i) * every);
        }
        return sigmas;
    }

    /**
     * Lee et al. 2024, "Beta Sampling is All You Need", both shapes 0.6, over the levels as there.
     */
    static float[] beta(int steps, Range range) {
        return falling(
                steps,
                part -> {
                    double quantile = BetaDistribution.quantile(1 - part, BETA_SHAPE);
                    return range.lowest() + quantile * (range.highest() - range.lowest());
                });
    }
}
