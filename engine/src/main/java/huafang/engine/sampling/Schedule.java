package huafang.engine.sampling;

import java.util.List;

/** How the noise levels of a picture's steps are spread over the model's range. */
public enum Schedule {
    /** The sampler's usual one. */
    AUTOMATIC("Automatic") {
        @Override
        public float[] sigmas(int steps, NoiseLevels levels, Sampler sampler) {
            return sampler.usualSchedule().sigmas(steps, levels, sampler);
        }
    },
    /**
     * Equal steps in the training's time, from its end to its beginning: k-diffusion's get_sigmas.
     */
    UNIFORM("Uniform") {
        @Override
        public float[] sigmas(int steps, NoiseLevels levels, Sampler sampler) {
            float[] sigmas = new float[steps + 1];
            for (int i = 0; i < steps; i++) {
                sigmas[i] = levels.sigma(levels.last() * (1 - fraction(i, steps)));
            }
            return sigmas;
        }
    },
    /**
     * Equal steps in the seventh root: Karras et al. 2022, equation 5; k-diffusion's
     * get_sigmas_karras.
     */
    KARRAS("Karras") {
        @Override
        public float[] sigmas(int steps, NoiseLevels levels, Sampler sampler) {
            double from = Math.pow(levels.highest(), 1 / RHO);
            double to = Math.pow(levels.lowest(), 1 / RHO);
            float[] sigmas = new float[steps + 1];
            for (int i = 0; i < steps; i++) {
                sigmas[i] = (float) Math.pow(from + fraction(i, steps) * (to - from), RHO);
            }
            return sigmas;
        }
    };

    private static final double RHO = 7;

    private final String label;

    Schedule(String label) {
        this.label = label;
    }

    /**
     * The schedule of a public name, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Schedule named(String name) {
        return Names.find("schedule", name, values(), Schedule::label, schedule -> List.of());
    }

    /** The public name. */
    public String label() {
        return label;
    }

    /**
     * The levels to visit.
     *
     * @param steps how many steps, at least 1
     * @param sampler whose usual schedule is meant by {@link #AUTOMATIC}
     * @return steps + 1 standard deviations, falling, the last one 0
     */
    public abstract float[] sigmas(int steps, NoiseLevels levels, Sampler sampler);

    private static float fraction(int i, int steps) {
        return steps == 1 ? 0 : (float) i / (steps - 1);
    }
}
