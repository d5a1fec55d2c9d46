package huafang.contracts.generation;

/**
 * An image that is painted.
 *
 * @param prompt what to paint; at most {@value #LONGEST_PROMPT} characters; its comments are not
 *     kept
 * @param negativePrompt what to keep away from, likewise; may be empty
 * @param width pixels, a multiple of 8 from {@value #SMALLEST_SIDE} to {@value #LARGEST_SIDE}
 * @param height pixels, likewise
 * @param steps denoising steps, 1 to {@value #MOST_STEPS}
 * @param sampler how the noise is taken away
 * @param scheduler at which noise levels
 * @param cfgScale classifier-free guidance, 0 to {@value #LARGEST_CFG_SCALE}; at 1 the negative
 *     prompt has no effect
 * @param seed of the noise, 0 to {@value #LARGEST_SEED}
 * @param rng whose random numbers the noise imitates
 * @param model the checkpoint
 * @param reading how the prompts are read; null, as earlier versions wrote, is the usual way
 * @param options what few people change about the sampling; null is the usual
 * @param addOns what is used beside the checkpoint; null is nothing
 * @param start the picture that it begins with, or null for noise alone
 * @param hires a larger second pass, or null for none
 * @param manner whether it tiles, and what refines it; null is the usual
 */
public record GenerationParameters(
        String prompt,
        String negativePrompt,
        int width,
        int height,
        int steps,
        Sampler sampler,
        Scheduler scheduler,
        double cfgScale,
        long seed,
        Rng rng,
        Model model,
        PromptReading reading,
        SamplingOptions options,
        AddOns addOns,
        Start start,
        Hires hires,
        Manner manner)
        implements ImageParameters {

    public static final int LONGEST_PROMPT = 10_000;
    public static final int SMALLEST_SIDE = 64;
    public static final int LARGEST_SIDE = 2048;
    public static final int MOST_STEPS = 150;
    public static final int LARGEST_CFG_SCALE = 30;

    /** The largest integer that every JSON reader keeps exactly. */
    public static final long LARGEST_SEED = (1L << 53) - 1;

    /**
     * @throws InvalidParameterException if a value is out of its range
     */
    public GenerationParameters {
        requirePrompt("prompt", prompt);
        requirePrompt("negativePrompt", negativePrompt);
        prompt = PromptComments.without(prompt);
        negativePrompt = PromptComments.without(negativePrompt);
        requireSide("width", width);
        requireSide("height", height);
        if (steps < 1 || steps > MOST_STEPS) {
            throw new InvalidParameterException("steps", steps, "1 to " + MOST_STEPS);
        }
        require("sampler", sampler);
        require("scheduler", scheduler);
        if (!(cfgScale >= 0 && cfgScale <= LARGEST_CFG_SCALE)) {
            throw new InvalidParameterException("cfgScale", cfgScale, "0 to " + LARGEST_CFG_SCALE);
        }
        if (seed < 0 || seed > LARGEST_SEED) {
            throw new InvalidParameterException("seed", seed, "0 to " + LARGEST_SEED);
        }
        require("rng", rng);
        require("model", model);
        reading = reading == null ? PromptReading.USUAL : reading;
        options = options == null ? SamplingOptions.USUAL : options;
        addOns = addOns == null ? AddOns.NONE : addOns;
        manner = manner == null ? Manner.USUAL : manner;
        if (hires != null) {
            hires.requireRoom(width, height);
            hires.requireSchedule(steps);
            if (start != null) {
                throw new InvalidParameterException(
                        "hires", "one after a picture to begin with", "only after noise");
            }
        }
    }

    /** Parameters with nothing unusual about them. */
    public GenerationParameters(
            String prompt,
            String negativePrompt,
            int width,
            int height,
            int steps,
            Sampler sampler,
            Scheduler scheduler,
            double cfgScale,
            long seed,
            Rng rng,
            Model model) {
        this(
                prompt,
                negativePrompt,
                width,
                height,
                steps,
                sampler,
                scheduler,
                cfgScale,
                seed,
                rng,
                model,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** The same, read otherwise. */
    public GenerationParameters with(PromptReading otherReading) {
        return copy(seed, otherReading, options, addOns, start, hires, manner);
    }

    /** The same, sampled otherwise. */
    public GenerationParameters with(SamplingOptions otherOptions) {
        return copy(seed, reading, otherOptions, addOns, start, hires, manner);
    }

    /** The same with other files beside the checkpoint. */
    public GenerationParameters with(AddOns otherAddOns) {
        return copy(seed, reading, options, otherAddOns, start, hires, manner);
    }

    /** The same, begun with a picture. */
    public GenerationParameters with(Start otherStart) {
        return copy(seed, reading, options, addOns, otherStart, hires, manner);
    }

    /** The same with a second pass. */
    public GenerationParameters with(Hires otherHires) {
        return copy(seed, reading, options, addOns, start, otherHires, manner);
    }

    /** The same, painted in another manner. */
    public GenerationParameters with(Manner otherManner) {
        return copy(seed, reading, options, addOns, start, hires, otherManner);
    }

    /**
     * The parameters of the image at {@code index} of a request: its seed is that much higher, or
     * with a variation, the variation's seed.
     */
    @Override
    public GenerationParameters ofImage(int index) {
        return copy(
                options.hasVariation() ? seed : seed + index,
                reading,
                options.ofImage(index),
                addOns,
                start,
                hires,
                manner);
    }

    private GenerationParameters copy(
            long otherSeed,
            PromptReading otherReading,
            SamplingOptions otherOptions,
            AddOns otherAddOns,
            Start otherStart,
            Hires otherHires,
            Manner otherManner) {
        return new GenerationParameters(
                prompt,
                negativePrompt,
                width,
                height,
                steps,
                sampler,
                scheduler,
                cfgScale,
                otherSeed,
                rng,
                model,
                otherReading,
                otherOptions,
                otherAddOns,
                otherStart,
                otherHires,
                otherManner);
    }

    private static void requirePrompt(String field, String text) {
        require(field, text);
        if (text.length() > LONGEST_PROMPT) {
            throw new InvalidParameterException(
                    field, text.length() + " characters", "at most " + LONGEST_PROMPT);
        }
    }

    private static void requireSide(String field, int pixels) {
        if (pixels < SMALLEST_SIDE || pixels > LARGEST_SIDE || pixels % 8 != 0) {
            throw new InvalidParameterException(
                    field,
                    pixels,
                    "a multiple of 8 from %d to %d".formatted(SMALLEST_SIDE, LARGEST_SIDE));
        }
    }

    private static void require(String field, Object value) {
        if (value == null) {
            throw new InvalidParameterException(field, null, "a value");
        }
    }
}
