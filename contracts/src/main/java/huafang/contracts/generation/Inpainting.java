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
 */
public record Inpainting(
        InputPicture mask,
        boolean inverted,
        int blurX,
        int blurY,
        boolean round,
        MaskedContent content,
        boolean onlyMasked,
        int padding) {
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
    }

    Inpainting with(InputPicture placedMask) {
        return new Inpainting(
                placedMask, inverted, blurX, blurY, round, content, onlyMasked, padding);
    }

    private static void requireRange(String field, int value, int most) {
        if (value < 0 || value > most) {
            throw new InvalidParameterException(field, value, "0 to " + most);
        }
    }
}
