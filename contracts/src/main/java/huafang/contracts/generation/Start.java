package huafang.contracts.generation;

/**
 * The picture that an image begins with.
 *
 * @param picture RGB
 * @param resize how it comes to the image's size
 * @param strength how much of it is painted anew, 0 to 1
 * @param noiseMultiplier what the noise is multiplied with that is added to it, 0 to {@value
 *     #MOST_NOISE}; null is 1
 * @param inpainting what part is painted over, or null for all of it
 */
public record Start(
        InputPicture picture,
        ResizeMode resize,
        double strength,
        Double noiseMultiplier,
        Inpainting inpainting) {
    public static final double MOST_NOISE = 1.5;

    /**
     * @throws InvalidParameterException if a value is out of its range
     */
    public Start {
        if (picture == null) {
            throw new InvalidParameterException("start.image", null, "a picture");
        }
        if (resize == null) {
            throw new InvalidParameterException("start.resize", null, "a value");
        }
        if (!(strength >= 0 && strength <= 1)) {
            throw new InvalidParameterException("start.strength", strength, "0 to 1");
        }
        noiseMultiplier = noiseMultiplier == null ? 1 : noiseMultiplier;
        if (!(noiseMultiplier >= 0 && noiseMultiplier <= MOST_NOISE)) {
            throw new InvalidParameterException(
                    "start.noiseMultiplier", noiseMultiplier, "0 to " + MOST_NOISE);
        }
    }

    /** The same with its pictures where they were published. */
    public Start with(InputPicture placed, InputPicture placedMask) {
        return new Start(
                placed,
                resize,
                strength,
                noiseMultiplier,
                inpainting == null ? null : inpainting.with(placedMask));
    }
}
