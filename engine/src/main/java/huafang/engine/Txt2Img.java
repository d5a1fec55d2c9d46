package huafang.engine;

import static java.util.Objects.requireNonNull;

import huafang.engine.adapter.AddOns;
import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.SamplingOptions;
import huafang.engine.sampling.Schedule;
import huafang.engine.text.Emphasis;

/**
 * All that decides the pixels of a picture painted from text alone, the checkpoint apart.
 *
 * @param prompt what to paint, of any length
 * @param negativePrompt what to keep away from, may be empty
 * @param width pixels, a multiple of 8 from 64 to 2048
 * @param height pixels, likewise
 * @param steps noise levels to visit, 1 to 150
 * @param cfgScale how far to follow the prompt away from the negative one, 0 to 30; at 1 the
 *     negative one has no say, unless AND composes the prompt or the sampler is DDIM CFG++
 * @param seed of all noise, 0 or more; {@link Rng#CPU} reads its lower 32 bits alone, as PyTorch
 *     does
 * @param reading how the prompts are read
 * @param options what few people change about the sampling
 */
public record Txt2Img(
        String prompt,
        String negativePrompt,
        int width,
        int height,
        int steps,
        Sampler sampler,
        Schedule schedule,
        double cfgScale,
        long seed,
        Rng rng,
        Reading reading,
        SamplingOptions options)
        implements Request {

    private static final int SMALLEST_SIDE = 64;
    private static final int LARGEST_SIDE = 2048;
    private static final int MOST_STEPS = 150;
    private static final int LARGEST_SCALE = 30;

    /**
     * @throws IllegalArgumentException if a number is out of its range, naming the field, what was
     *     found and what is allowed
     */
    public Txt2Img {
        requireNonNull(prompt, "prompt");
        requireNonNull(negativePrompt, "negativePrompt");
        requireSide("width", width);
        requireSide("height", height);
        require(steps >= 1 && steps <= MOST_STEPS, "steps", steps, "1 to " + MOST_STEPS);
        requireNonNull(sampler, "sampler");
        requireNonNull(schedule, "schedule");
        require(
                cfgScale >= 0 && cfgScale <= LARGEST_SCALE,
                "cfgScale",
                cfgScale,
                "0 to " + LARGEST_SCALE);
        require(seed >= 0, "seed", seed, "0 or more");
        requireNonNull(rng, "rng");
        requireNonNull(reading, "reading");
        requireNonNull(options, "options");
    }

    /** A request with nothing unusual about its sampling. */
    public Txt2Img(
            String prompt,
            String negativePrompt,
            int width,
            int height,
            int steps,
            Sampler sampler,
            Schedule schedule,
            double cfgScale,
            long seed,
            Rng rng,
            Reading reading) {
        this(
                prompt,
                negativePrompt,
                width,
                height,
                steps,
                sampler,
                schedule,
                cfgScale,
                seed,
                rng,
                reading,
                SamplingOptions.USUAL);
    }

    @Override
    public Txt2Img picture() {
        return this;
    }

    /**
     * How prompts are read.
     *
     * @param clipSkip 1 takes the text encoder's last layer, 2 the one before it, up to 12
     * @param emphasis what the brackets do
     * @param addOns what the prompt may use beside the checkpoint
     */
    public record Reading(int clipSkip, Emphasis emphasis, AddOns addOns) {
        /** As people read prompts who choose nothing else. */
        public static final Reading USUAL = new Reading(1, Emphasis.ORIGINAL, AddOns.NONE);

        /**
         * @throws IllegalArgumentException if the clip skip is out of its range
         */
        public Reading {
            require(clipSkip >= 1 && clipSkip <= 12, "clipSkip", clipSkip, "1 to 12");
            requireNonNull(emphasis, "emphasis");
            requireNonNull(addOns, "addOns");
        }
    }

    private static void requireSide(String field, int pixels) {
        require(
                pixels >= SMALLEST_SIDE && pixels <= LARGEST_SIDE && pixels % 8 == 0,
                field,
                pixels,
                "a multiple of 8 from %d to %d".formatted(SMALLEST_SIDE, LARGEST_SIDE));
    }

    private static void require(boolean holds, String field, Object found, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s: found %s, allowed: %s".formatted(field, found, allowed));
        }
    }
}
