package huafang.contracts.generation;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A picture that is made larger, without a checkpoint.
 *
 * @param picture the small one
 * @param scale how many times as large it becomes, over 0 to {@value #LARGEST_SCALE}; its sides are
 *     then {@link #side}
 * @param width pixels of the picture that is wanted, the middle of the enlarged one
 * @param height likewise
 * @param upscaler what enlarges it
 * @param second what enlarges it as well, or null
 * @param secondVisibility how much of the second's picture is seen, 0 to 1; 0 without one
 * @param infotext what the small picture told of how it was made, or null
 */
public record Enlargement(
        InputPicture picture,
        double scale,
        int width,
        int height,
        Upscaler upscaler,
        Upscaler second,
        double secondVisibility,
        String infotext)
        implements ImageParameters {
    public static final int LARGEST_SCALE = 8;

    /** How many pixels the picture that is wanted may have. */
    public static final int MOST_PIXELS = 1 << 24;

    static final String TYPE = "enlargement";
    private static final int UNIT = 8;

    /**
     * What enlarges pixels.
     *
     * @param name one of {@link Hires#WITHOUT_FILE}, or the name of a file
     * @param file that file, or null for those that need none
     */
    public record Upscaler(String name, Model file) {}

    /**
     * @throws InvalidParameterException if a value is out of its range
     */
    public Enlargement {
        if (picture == null) {
            throw new InvalidParameterException("enlarge.image", null, "a picture");
        }
        if (!(scale > 0 && scale <= LARGEST_SCALE)) {
            throw new InvalidParameterException(
                    "enlarge.scale", scale, "over 0 to " + LARGEST_SCALE);
        }
        if (width < 1 || height < 1 || (long) width * height > MOST_PIXELS) {
            throw new InvalidParameterException(
                    "enlarge.scale",
                    "%dx%d pixels".formatted(width, height),
                    "at most %d pixels".formatted(MOST_PIXELS));
        }
        if (upscaler == null) {
            throw new InvalidParameterException("enlarge.upscaler", null, "a name");
        }
        if (!(secondVisibility >= 0 && secondVisibility <= 1)) {
            throw new InvalidParameterException(
                    "enlarge.second.visibility", secondVisibility, "0 to 1");
        }
    }

    /** The name by which JSON tells it from what is painted. */
    @JsonProperty
    public String type() {
        return TYPE;
    }

    /** A side of an enlarged picture: a multiple of 8 pixels. */
    public static int side(int before, double scale) {
        return Math.max((int) (before * scale) / UNIT * UNIT, UNIT);
    }

    /** The same with its picture where it was published. */
    public Enlargement with(InputPicture placed) {
        return new Enlargement(
                placed, scale, width, height, upscaler, second, secondVisibility, infotext);
    }

    /** There is only one. */
    @Override
    public Enlargement ofImage(int index) {
        return this;
    }
}
