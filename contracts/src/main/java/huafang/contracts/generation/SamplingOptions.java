package huafang.contracts.generation;

/**
 * What few people change about the sampling of an image. A sampler passes over what does not count
 * with it.
 *
 * @param eta how much of the noise is drawn anew, 0 to 1; null for the sampler's usual
 * @param churn how much noise Euler, Heun and DPM2 add, 0 to 100
 * @param churnFrom the lowest noise level at which they do
 * @param churnTo the highest, or null
 * @param noiseScale what added noise is multiplied by, 0 to 2; null is 1
 * @param sigmaMin the lowest noise level of the schedule, or 0 for the model's
 * @param sigmaMax the highest, likewise
 * @param rho the exponent of Karras and Polyexponential, or 0 for their own
 * @param discardNextToLastSigma whether the lowest of one more level is left out
 * @param subseed the seed of a variation
 * @param subseedStrength how much of it, 0 to 1
 * @param seedResizeFromWidth the width in pixels whose composition is wanted, or 0
 * @param seedResizeFromHeight the height, or 0
 * @param seedDelta ENSD: noise on the way is of the seed that is so much higher, or 0
 */
public record SamplingOptions(
        Double eta,
        double churn,
        double churnFrom,
        Double churnTo,
        Double noiseScale,
        double sigmaMin,
        double sigmaMax,
        double rho,
        boolean discardNextToLastSigma,
        long subseed,
        double subseedStrength,
        int seedResizeFromWidth,
        int seedResizeFromHeight,
        int seedDelta) {
    /** What everybody has who asks for nothing. */
    public static final SamplingOptions USUAL =
            new SamplingOptions(null, 0, 0, null, 1.0, 0, 0, 0, false, 0, 0, 0, 0, 0);

    private static final int MOST_CHURN = 100;
    private static final int HIGHEST_SIGMA = 1000;
    private static final int MOST_NOISE = 2;
    private static final int STEEPEST = 20;

    /**
     * @throws InvalidParameterException if a value is out of its range
     */
    public SamplingOptions {
        noiseScale = noiseScale == null ? 1 : noiseScale;
        requireRange("options.eta", eta == null ? 0 : eta, 1);
        requireRange("options.churn", churn, MOST_CHURN);
        requireRange("options.churnFrom", churnFrom, HIGHEST_SIGMA);
        requireRange("options.churnTo", churnTo == null ? 0 : churnTo, HIGHEST_SIGMA);
        requireRange("options.noiseScale", noiseScale, MOST_NOISE);
        requireRange("options.sigmaMin", sigmaMin, HIGHEST_SIGMA);
        requireRange("options.sigmaMax", sigmaMax, HIGHEST_SIGMA);
        if (sigmaMin > 0 && sigmaMax > 0 && sigmaMin >= sigmaMax) {
            throw new InvalidParameterException(
                    "options.sigmaMin", sigmaMin, "less than " + sigmaMax);
        }
        requireRange("options.rho", rho, STEEPEST);
        requireRange("options.subseed", subseed, GenerationParameters.LARGEST_SEED);
        requireRange("options.subseedStrength", subseedStrength, 1);
        requireSide("options.seedResizeFromWidth", seedResizeFromWidth);
        requireSide("options.seedResizeFromHeight", seedResizeFromHeight);
    }

    /** Whether a second seed has a say. */
    public boolean hasVariation() {
        return subseedStrength > 0;
    }

    /** Those of the image at {@code index} of a request. */
    SamplingOptions ofImage(int index) {
        return hasVariation() ? withSubseed(subseed + index) : this;
    }

    /** The same with another variation. */
    public SamplingOptions withSubseed(long other) {
        return new SamplingOptions(
                eta,
                churn,
                churnFrom,
                churnTo,
                noiseScale,
                sigmaMin,
                sigmaMax,
                rho,
                discardNextToLastSigma,
                other,
                subseedStrength,
                seedResizeFromWidth,
                seedResizeFromHeight,
                seedDelta);
    }

    private static void requireRange(String field, double value, long most) {
        if (!(value >= 0 && value <= most)) {
            throw new InvalidParameterException(field, value, "0 to " + most);
        }
    }

    private static void requireSide(String field, int pixels) {
        if (pixels != 0 && (pixels < 8 || pixels > GenerationParameters.LARGEST_SIDE)) {
            throw new InvalidParameterException(
                    field, pixels, "0 or 8 to " + GenerationParameters.LARGEST_SIDE);
        }
    }
}
