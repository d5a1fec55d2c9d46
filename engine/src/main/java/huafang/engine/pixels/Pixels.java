package huafang.engine.pixels;

import java.util.Arrays;

/**
 * A picture of eight bits a channel. The data is not copied: whoever makes one from an array gives
 * that array away.
 *
 * @param channels 1 for a mask, 3 for red, green and blue, 4 for those and opacity
 * @param data rows from the top, the channels of a pixel side by side
 */
public record Pixels(int width, int height, int channels, byte[] data) {
    /** The pixels that a picture may have: read from its header, before it is decoded. */
    public static final int MOST = 1 << 24;

    private static final int WHITE = 255;
    private static final int HALF = 128;

    /**
     * @throws IllegalArgumentException if a side is below 1, there are too many pixels, or the data
     *     is not as long as that asks for
     */
    public Pixels {
        if (width < 1 || height < 1 || (long) width * height > MOST) {
            throw new IllegalArgumentException(
                    "a picture: found %d x %d pixels, allowed: 1 to %d in all"
                            .formatted(width, height, MOST));
        }
        if (data.length != width * height * channels) {
            throw new IllegalArgumentException(
                    "a picture of %d x %d x %d needs %d numbers, found %d"
                            .formatted(
                                    width,
                                    height,
                                    channels,
                                    width * height * channels,
                                    data.length));
        }
    }

    /**
     * A black and, with four channels, transparent picture.
     *
     * @throws IllegalArgumentException if there are too many pixels
     */
    static Pixels black(int width, int height, int channels) {
        requireFew(width, height);
        return new Pixels(width, height, channels, new byte[width * height * channels]);
    }

    /**
     * @throws IllegalArgumentException if there are too many pixels in a picture that is to be made
     */
    public static void requireFew(int width, int height) {
        if ((long) width * height > MOST) {
            throw new IllegalArgumentException(
                    "a picture: found %d x %d pixels on the way, allowed: %d in all"
                            .formatted(width, height, MOST));
        }
    }

    /** A value, 0 to 255. */
    public int at(int x, int y, int channel) {
        return data[(y * width + x) * channels + channel] & 0xff;
    }

    /** A copy of a part that lies within. */
    public Pixels cut(int left, int top, int partWidth, int partHeight) {
        Pixels part = black(partWidth, partHeight, channels);
        part.paste(this, -left, -top);
        return part;
    }

    /** Lays another picture over this one, which is changed; what lies outside is left out. */
    void paste(Pixels other, int left, int top) {
        int from = Math.max(left, 0);
        int to = Math.min(left + other.width, width);
        for (int y = Math.max(top, 0); y < Math.min(top + other.height, height) && from < to; y++) {
            System.arraycopy(
                    other.data,
                    ((y - top) * other.width + from - left) * channels,
                    data,
                    (y * width + from) * channels,
                    (to - from) * channels);
        }
    }

    /** Red, green and blue alone; what is transparent is seen on white, as AUTOMATIC1111 does. */
    public Pixels onWhite() {
        if (channels == 3) {
            return this;
        }
        Pixels opaque = black(width, height, 3);
        for (int i = 0; i < width * height; i++) {
            for (int channel = 0; channel < 3; channel++) {
                int value = data[i * channels + Math.min(channel, channels - 1)] & 0xff;
                int opacity = channels == 4 ? data[i * 4 + 3] & 0xff : WHITE;
                opaque.data[i * 3 + channel] =
                        (byte) divided(WHITE * (WHITE - opacity) + value * opacity);
            }
        }
        return opaque;
    }

    /**
     * The picture as a mask, as AUTOMATIC1111 reads it: its opacity if it is transparent anywhere,
     * else its brightness.
     *
     * @param round whether an opacity is either whole or none
     */
    public Pixels mask(boolean round) {
        if (channels == 1) {
            return this;
        }
        Pixels mask = black(width, height, 1);
        boolean transparent = isTransparent();
        for (int i = 0; i < mask.data.length; i++) {
            int opacity = data[(i + 1) * channels - 1] & 0xff;
            int value = !transparent ? brightness(i * channels) : !round ? opacity : 0;
            mask.data[i] = (byte) (transparent && round && opacity > HALF ? WHITE : value);
        }
        return mask;
    }

    private boolean isTransparent() {
        for (int i = 3; channels == 4 && i < data.length; i += 4) {
            if (data[i] != (byte) WHITE) {
                return true;
            }
        }
        return false;
    }

    /** That of television: ITU-R 601-2, in fractions of 65536. */
    private int brightness(int at) {
        int red = data[at] & 0xff;
        int green = data[at + 1] & 0xff;
        int blue = data[at + 2] & 0xff;
        return red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16;
    }

    /** White for black. */
    public Pixels inverted() {
        byte[] inverted = data.clone();
        for (int i = 0; i < inverted.length; i++) {
            inverted[i] = (byte) ~inverted[i];
        }
        return new Pixels(width, height, channels, inverted);
    }

    /** A product of two values of 255 as one, rounded. */
    static int divided(int product) {
        int rounded = product + HALF;
        return (rounded >> 8) + rounded >> 8;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pixels(int w, int h, int c, byte[] values)
                && w == width
                && h == height
                && c == channels
                && Arrays.equals(values, data);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(data) + 31 * width;
    }

    @Override
    public String toString() {
        return "Pixels[%d x %d x %d]".formatted(width, height, channels);
    }
}
