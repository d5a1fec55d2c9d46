package huafang.engine.pixels;

/** What is made of a mask, white where a picture is painted anew, and of a picture under it. */
public final class Masks {
    /** How often each blur is laid over the wider ones. */
    private static final int[][] BLURS = {{256, 1}, {64, 1}, {16, 2}, {4, 4}, {2, 2}, {0, 1}};

    private Masks() {}

    /**
     * A mask with soft edges.
     *
     * @param acrossDeviation of the edges, in pixels; 0 for none
     * @param downDeviation likewise
     */
    public static Pixels blurred(Pixels mask, int acrossDeviation, int downDeviation) {
        return MaskBlur.blurred(mask, acrossDeviation, downDeviation);
    }

    /** A mask twice as white: what is more than half is whole. */
    public static Pixels doubled(Pixels mask) {
        Pixels doubled = Pixels.black(mask.width(), mask.height(), 1);
        for (int i = 0; i < mask.data().length; i++) {
            doubled.data()[i] = (byte) Math.min(2 * (mask.data()[i] & 0xff), 255);
        }
        return doubled;
    }

    /**
     * A picture whose masked part takes the colours around it, ever more blurred inwards: {@code
     * masking.fill} of AUTOMATIC1111, to the bit.
     *
     * @param picture three channels
     * @param mask one channel, of the picture's size
     */
    public static Pixels filled(Pixels picture, Pixels mask) {
        int count = mask.data().length;
        Pixels kept = Pixels.black(picture.width(), picture.height(), 4); // times its opacity
        for (int i = 0; i < count; i++) {
            int opacity = 255 - (mask.data()[i] & 0xff);
            for (int channel = 0; channel < 3; channel++) {
                int value = picture.data()[3 * i + channel] & 0xff;
                kept.data()[4 * i + channel] = (byte) Pixels.divided(value * opacity);
            }
            kept.data()[4 * i + 3] = (byte) opacity;
        }
        Pixels filled = Pixels.black(picture.width(), picture.height(), 4);
        for (int[] blur : BLURS) {
            Pixels layer = blur[0] == 0 ? kept : BoxBlur.of(blur[0]).blurred(kept);
            for (int i = 0; i < count; i++) {
                for (int times = 0; times < blur[1]; times++) {
                    layOver(layer.data(), filled.data(), 4 * i);
                }
            }
        }
        Pixels opaque = Pixels.black(picture.width(), picture.height(), 3);
        for (int i = 0; i < count; i++) {
            System.arraycopy(filled.data(), 4 * i, opaque.data(), 3 * i, 3);
        }
        return opaque;
    }

    /** Pillow's alpha_composite: with seven bits more than the eight. */
    private static void layOver(byte[] layer, byte[] below, int at) {
        int opacity = layer[at + 3] & 0xff;
        if (opacity == 0) {
            return;
        }
        int whole = opacity * 255 + (below[at + 3] & 0xff) * (255 - opacity);
        int weight = (int) (opacity * 255L * (255 << 7) / whole);
        for (int channel = 0; channel < 3; channel++) {
            int product = layer[at + channel] & 0xff; // of the colour and its opacity
            int colour = opacity == 255 ? product : Math.min(255 * product / opacity, 255);
            int sum =
                    colour * weight
                            + (below[at + channel] & 0xff) * ((255 << 7) - weight)
                            + (0x80 << 7);
            below[at + channel] = (byte) ((sum >> 8) + sum >> 15);
        }
        int rounded = whole + 0x80;
        below[at + 3] = (byte) ((rounded >> 8) + rounded >> 8);
    }

    /**
     * A picture where a mask is white, and another where it is black.
     *
     * @param painted three channels, as the other
     */
    public static Pixels mixed(Pixels painted, Pixels kept, Pixels mask) {
        Pixels mixed = Pixels.black(kept.width(), kept.height(), 3);
        for (int i = 0; i < mixed.data().length; i++) {
            int part = mask.data()[i / 3] & 0xff;
            int sum = (painted.data()[i] & 0xff) * part + (kept.data()[i] & 0xff) * (255 - part);
            mixed.data()[i] = (byte) Pixels.divided(sum);
        }
        return mixed;
    }
}
