package huafang.contracts.generation;

/**
 * How the prompts are read.
 *
 * @param clipSkip 1 takes the text encoder's last layer, 2 the one before it, up to {@value
 *     #LARGEST_CLIP_SKIP}; only Stable Diffusion 1.x heeds it
 * @param emphasis what the brackets do
 */
public record PromptReading(int clipSkip, Emphasis emphasis) {
    public static final int LARGEST_CLIP_SKIP = 12;

    /** What holds where nothing is said; what images were made with before one could say it. */
    public static final PromptReading USUAL = new PromptReading(1, Emphasis.ORIGINAL);

    /**
     * @throws InvalidParameterException if a value is out of its range
     */
    public PromptReading {
        if (clipSkip < 1 || clipSkip > LARGEST_CLIP_SKIP) {
            throw new InvalidParameterException("clipSkip", clipSkip, "1 to " + LARGEST_CLIP_SKIP);
        }
        if (emphasis == null) {
            throw new InvalidParameterException("emphasis", null, "a value");
        }
    }
}
