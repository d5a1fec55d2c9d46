package huafang.contracts.generation;

/**
 * What part of a picture is painted over.
 *
 * @param mask grey: white is painted over
 * @param inverted whether black is, instead
 * @param blurX how softly it begins, as a Gaussian's deviation in pixels across, 0 to {@value
 *     #MOST_BLUR}
 * @param blurY likewise upright
 * @param round whether a latent is painted over either wholly or not at all
 * @param content what lies under the mask at first
 * @param onlyMasked whether the masked part alone is painted, at the image's full size
 * @param padding how many pixels around that part are seen as well, 0 to {@value #MOST_PADDING}
 * @param weight how much of what is under the mask an inpainting checkpoint does not see, 0 to 1;
 *     null, as earlier versions wrote, is 1
 */
public record Inpainting(
        InputPicture mask,
        boolean inverted,
        int blurX,
        int blurY,
        boolean round,
        MaskedContent content,
        boolean onlyMasked,
        int padding,
        Double weight) {
    public static final int MOST_BLUR = 64;
    public static final int MOST_PADDING = 256;

    /**
     * @throws InvalidParameterException if a value is out of its range
     */
    public Inpainting {
        if (mask == null) {
            throw new InvalidParameterException("start.mask.image", null, "a picture");
        }
        if (content == null) {
            throw new InvalidParameterException("start.mask.content", null, "a value");
        }
        requireRange("start.mask.blur", blurX, MOST_BLUR);
        requireRange("start.mask.blur", blurY, MOST_BLUR);
        requireRange("start.mask.padding", padding, MOST_PADDING);
        weight = weight == null ? 1 : weight;
        requireWeight(weight);
    }

    /**
     * @throws InvalidParameterException if a mask's weight is out of its range
     */
    public static void requireWeight(double weight) {
        if (!(weight >= 0 && weight <= 1)) {
            throw new InvalidParameterException("start.mask.weight", weight, "0 to 1");
        }
    }

    Inpainting with(InputPicture placedMask) {
        return new Inpainting(
                placedMask, inverted, blurX, blurY, round, content, onlyMasked, padding, weight);
    }

    private static void requireRange(String field, int value, int most) {
        if (value < 0 || value > most) {
            throw new InvalidParameterException(field, value, "0 to " + most);
        }
    }
}
