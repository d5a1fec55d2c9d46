package huafang.engine.sampling;

import java.util.Arrays;
import java.util.List;

/** How the noise levels of a picture's steps are spread over the model's range. */
public enum Schedule {
    /** The sampler's usual one. */
    AUTOMATIC("Automatic", Spacing::uniform),
    /** Equal steps in the training's time, from its end to its beginning. */
    UNIFORM("Uniform", Spacing::uniform),
    /** Equal steps in the seventh root. */
    KARRAS("Karras", Spacing::karras),
    /** Equal steps in the logarithm. */
    EXPONENTIAL("Exponential", Spacing::exponential),
    /** Steps in the logarithm that shrink by a power. */
    POLYEXPONENTIAL("Polyexponential", Spacing::polyexponential),
    /** Equal steps in time that end one step above the beginning. */
    SGM_UNIFORM("SGM Uniform", Spacing::sgmUniform, "SGMUniform", "sgm_uniform"),
    /** Equal steps in the arctangent; the only one that does not end at 0. */
    KL_OPTIMAL("KL Optimal", Spacing::klOptimal, "kl_optimal"),
    /** Steps found by search for each kind of model. */
    ALIGN_YOUR_STEPS("Align Your Steps", Spacing::alignYourSteps, "align_your_steps"),
    /** Every so many of the training's levels, from the highest. */
    SIMPLE("Simple", Spacing::simple),
    /** Equal steps in time between the range's ends. */
    NORMAL("Normal", Spacing::normal),
    /**
     * Every so many of the training's levels, from the second lowest: there may be more than asked.
     */
    DDIM("DDIM", Spacing::ddim),
    /** Crowded at both ends. */
    BETA("Beta", Spacing::beta);

    private final String label;
    private final Spacing.Formula formula;
    private final List<String> aliases;

    Schedule(String label, Spacing.Formula formula, String... aliases) {
        this.label = label;
        this.formula = formula;
        this.aliases = List.of(aliases);
    }

    /**
     * The schedule of a public name or alias, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Schedule named(String name) {
        return Names.find("schedule", name, values(), Schedule::label, Schedule::aliases);
    }

    /** The public name. */
    public String label() {
        return label;
    }

    /** Other names it is known by. */
    public List<String> aliases() {
        return aliases;
    }

    /**
     * The levels to visit.
     *
     * @param steps how many steps, at least 1
     * @param discardNextToLast whether the lowest level above 0 is left out of one more
     * @return standard deviations, falling, the last one 0 except with {@link #KL_OPTIMAL}; steps +
     *     1 of them except with {@link #DDIM}
     */
    float[] sigmas(
            int steps, NoiseLevels levels, ScheduleOptions options, boolean discardNextToLast) {
        if (!discardNextToLast) {
            return formula.sigmas(steps, Spacing.Range.of(levels, options));
        }
        float[] sigmas = formula.sigmas(steps + 1, Spacing.Range.of(levels, options));
        float[] fewer = Arrays.copyOf(sigmas, sigmas.length - 1);
        fewer[fewer.length - 1] = sigmas[sigmas.length - 1];
        return fewer;
    }
}
