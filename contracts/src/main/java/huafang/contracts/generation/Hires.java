package huafang.contracts.generation;

import java.util.List;

/**
 * A second pass, larger than the first: hires fix.
 *
 * @param scale how many times as large, 1 to {@value #LARGEST_SCALE}; 0 where a size is given
 * @param width in pixels, or 0: it follows from the scale, or from the height and the shape
 * @param height likewise
 * @param upscaler one of {@link #LATENT}, one of {@link #WITHOUT_FILE}, or the name of a file
 * @param upscalerFile that file, or null for those that need none
 * @param strength how much is painted anew, 0 to 1; if any, no less than a 15,000th for each step
 * @param steps 1 to 150, or 0 for as many as in the first pass
 * @param prompt empty for the first pass's; its comments are not kept
 * @param negativePrompt likewise
 * @param sampler null for the first pass's
 * @param scheduler likewise
 * @param checkpoint null for the first pass's
 */
public record Hires(
        double scale,
        int width,
        int height,
        String upscaler,
        Model upscalerFile,
        double strength,
        int steps,
        String prompt,
        String negativePrompt,
        Sampler sampler,
        Scheduler scheduler,
        Model checkpoint) {
    public static final int LARGEST_SCALE = 8;

    /** Steps of the schedule that the second pass is the end of: its own over the strength. */
    private static final int LONGEST_SCHEDULE = 15_000;

    /** Enlarge latents, under AUTOMATIC1111's names; the first is the usual one. */
    public static final List<String> LATENT =
            List.of(
                    "Latent",
                    "Latent (antialiased)",
                    "Latent (bicubic)",
                    "Latent (bicubic antialiased)",
                    "Latent (nearest)",
                    "Latent (nearest-exact)");

    /** Enlarge pixels, and need no file. */
    public static final List<String> WITHOUT_FILE = List.of("None", "Lanczos", "Nearest");

    /**
     * @throws InvalidParameterException if a value is out of its range
     */
    public Hires {
        boolean hasSize = width != 0 || height != 0;
        if (!hasSize && !(scale >= 1 && scale <= LARGEST_SCALE)) {
            throw new InvalidParameterException("hires.scale", scale, "1 to " + LARGEST_SCALE);
        }
        requireRange("hires.width", width, GenerationParameters.LARGEST_SIDE);
        requireRange("hires.height", height, GenerationParameters.LARGEST_SIDE);
        if (upscaler == null) {
            throw new InvalidParameterException("hires.upscaler", null, "a name");
        }
        if (!(strength >= 0 && strength <= 1)) {
            throw new InvalidParameterException("hires.strength", strength, "0 to 1");
        }
        requireRange("hires.steps", steps, GenerationParameters.MOST_STEPS);
        prompt = prompt == null ? "" : prompt;
        negativePrompt = negativePrompt == null ? "" : negativePrompt;
        requirePrompt("hires.prompt", prompt);
        requirePrompt("hires.negativePrompt", negativePrompt);
        prompt = PromptComments.without(prompt);
        negativePrompt = PromptComments.without(negativePrompt);
    }

    /** The large picture's size over that of the small one, about. */
    public double areaOver(int firstWidth, int firstHeight) {
        if (width == 0 && height == 0) {
            return scale * scale;
        }
        double across = width == 0 ? (double) height / firstHeight : (double) width / firstWidth;
        double down = height == 0 ? across : (double) height / firstHeight;
        return across * down;
    }

    /** The same with the files that the names of its upscaler and its checkpoint mean. */
    public Hires with(Model otherUpscalerFile, Model otherCheckpoint) {
        return new Hires(
                scale,
                width,
                height,
                upscaler,
                otherUpscalerFile,
                strength,
                steps,
                prompt,
                negativePrompt,
                sampler,
                scheduler,
                otherCheckpoint);
    }

    /**
     * Requires that the large picture can be painted.
     *
     * @throws InvalidParameterException if it would be too large
     */
    void requireRoom(int firstWidth, int firstHeight) {
        boolean byScale = width == 0 && height == 0;
        double across =
                byScale
                        ? firstWidth * scale
                        : width == 0 ? (double) height * firstWidth / firstHeight : width;
        double down =
                byScale
                        ? firstHeight * scale
                        : height == 0 ? (double) width * firstHeight / firstWidth : height;
        if (Math.max(across, down) > GenerationParameters.LARGEST_SIDE) {
            throw new InvalidParameterException(
                    "hires.scale",
                    "%.0fx%.0f pixels".formatted(across, down),
                    "at most %d a side".formatted(GenerationParameters.LARGEST_SIDE));
        }
    }

    /**
     * Requires that the second pass's schedule is not endless.
     *
     * @throws InvalidParameterException if too little is painted anew in too many steps
     */
    void requireSchedule(int firstSteps) {
        int own = steps == 0 ? firstSteps : steps;
        if (strength > 0 && own > LONGEST_SCHEDULE * strength) {
            throw new InvalidParameterException(
                    "hires.strength",
                    strength,
                    "0, or from %d/%d to 1".formatted(own, LONGEST_SCHEDULE));
        }
    }

    private static void requireRange(String field, int value, int most) {
        if (value < 0 || value > most) {
            throw new InvalidParameterException(field, value, "0 to " + most);
        }
    }

    private static void requirePrompt(String field, String text) {
        if (text.length() > GenerationParameters.LONGEST_PROMPT) {
            throw new InvalidParameterException(
                    field,
                    text.length() + " characters",
                    "at most " + GenerationParameters.LONGEST_PROMPT);
        }
    }
}
