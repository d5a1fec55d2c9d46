package huafang.engine;

import huafang.engine.pixels.Pixels;
import huafang.engine.sampling.StepListener;

/**
 * How large a picture is made without a checkpoint: so many times, of which the middle is kept.
 *
 * @param scale above 0 to 8
 * @param width pixels that are kept, where the enlarged picture has as many
 * @param height likewise
 */
public record EnlargedSize(double scale, int width, int height) {
    private static final double LARGEST_SCALE = 8;
    private static final int UNIT = 8; // pixels that enlarged sides are whole multiples of
    private static final double ROUNDING = 1e-9;

    /**
     * @throws IllegalArgumentException if the scale is out of its range
     */
    public EnlargedSize {
        if (!(scale > 0 && scale <= LARGEST_SCALE)) {
            throw new IllegalArgumentException(
                    "scale: found %s, allowed: above 0 to 8".formatted(scale));
        }
    }

    /** So many times as large, all of it. */
    static EnlargedSize by(double scale) {
        return new EnlargedSize(scale, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /**
     * At least of a size.
     *
     * @param width pixels, or 0: it follows from the height and the shape
     * @param height likewise
     * @param crop whether what another shape has too much is cut off
     * @throws IllegalArgumentException if there is no size, or it is more than 8 times the
     *     picture's
     */
    static EnlargedSize to(Pixels picture, int width, int height, boolean crop) {
        double scale = Math.max(whole(width) / picture.width(), whole(height) / picture.height());
        boolean fits =
                width <= LARGEST_SCALE * picture.width()
                        && height <= LARGEST_SCALE * picture.height();
        if (width < 0 || height < 0 || width + height == 0 || !fits) {
            throw new IllegalArgumentException(
                    "size: found %d x %d, allowed: 0 to %d x %d, and not 0 twice"
                            .formatted(
                                    width,
                                    height,
                                    (int) LARGEST_SCALE * picture.width(),
                                    (int) LARGEST_SCALE * picture.height()));
        }
        return new EnlargedSize(
                Math.min(scale * (1 + ROUNDING), LARGEST_SCALE),
                crop && width > 0 ? width : Integer.MAX_VALUE,
                crop && height > 0 ? height : Integer.MAX_VALUE);
    }

    private static double whole(int side) {
        return Math.ceilDiv(side, UNIT) * (double) UNIT;
    }

    /** A picture of this size, made by an upscaler; see {@link Upscaler#enlarge}. */
    public Pixels of(Pixels picture, Upscaler upscaler, StepListener listener) {
        Pixels large = upscaler.enlarge(picture, scale, listener);
        int across = Math.min(width, large.width());
        int down = Math.min(height, large.height());
        return large.cut(
                large.width() / 2 - across / 2, large.height() / 2 - down / 2, across, down);
    }

    /**
     * So much of a second picture over a first one of its size, pixels cut off to whole numbers as
     * AUTOMATIC1111 has them.
     *
     * @param visibility of the second, 0 to 1
     */
    public static Pixels blended(Pixels first, Pixels second, double visibility) {
        byte[] data = new byte[first.data().length];
        for (int i = 0; i < data.length; i++) {
            int from = first.data()[i] & 0xff;
            int to = second.data()[i] & 0xff;
            data[i] = (byte) (int) (from + (float) visibility * (to - from));
        }
        return new Pixels(first.width(), first.height(), first.channels(), data);
    }
}
