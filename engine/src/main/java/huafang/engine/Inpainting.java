package huafang.engine;

import static java.util.Objects.requireNonNull;

import huafang.engine.pixels.Pixels;

/**
 * Which part of a picture is painted anew, and how.
 *
 * @param mask of one channel, white where it is painted anew
 * @param inverted whether it is painted anew where the mask is black
 * @param blurX how soft its edges are across, 0 to 64 pixels; usually 4
 * @param blurY likewise down
 * @param round whether each of the latents is either painted anew or kept, whatever the blur;
 *     usually so; inpainting checkpoints of XL see the mask so in any case
 * @param fill what is under the mask at first
 * @param onlyMasked whether the masked part alone is painted, at the size that is asked for, and
 *     brought to its own afterwards
 * @param padding how much is seen around that part, 0 to 256 pixels; usually 32
 * @param hidden how much of what is under the mask an inpainting checkpoint does not see, 0 to 1;
 *     usually 1. AUTOMATIC1111 calls it the conditional mask weight, and heeds it without a mask,
 *     too
 */
public record Inpainting(
        Pixels mask,
        boolean inverted,
        int blurX,
        int blurY,
        boolean round,
        Fill fill,
        boolean onlyMasked,
        int padding,
        double hidden) {
    private static final int SOFTEST = 64;
    private static final int WIDEST = 256;

    /** What a masked part is at first. */
    public enum Fill {
        /** The colours around it. */
        FILL,
        /** As it was. */
        ORIGINAL,
        /** Noise of the seed. */
        LATENT_NOISE,
        /** Nothing: 0 in latents. */
        LATENT_NOTHING
    }

    /**
     * @throws IllegalArgumentException if a number is out of its range, naming the field, what was
     *     found and what is allowed
     */
    public Inpainting {
        require(mask.channels() == 1, "mask", mask.channels() + " channels", "1");
        require(blurX >= 0 && blurX <= SOFTEST, "blurX", blurX, "0 to " + SOFTEST);
        require(blurY >= 0 && blurY <= SOFTEST, "blurY", blurY, "0 to " + SOFTEST);
        requireNonNull(fill, "fill");
        require(padding >= 0 && padding <= WIDEST, "padding", padding, "0 to " + WIDEST);
        require(hidden >= 0 && hidden <= 1, "hidden", hidden, "0 to 1");
    }

    /** Where an inpainting checkpoint sees nothing of what is under the mask. */
    public Inpainting(
            Pixels mask,
            boolean inverted,
            int blurX,
            int blurY,
            boolean round,
            Fill fill,
            boolean onlyMasked,
            int padding) {
        this(mask, inverted, blurX, blurY, round, fill, onlyMasked, padding, 1);
    }

    /** The usual: all of the picture, from what was there, with soft edges. */
    public Inpainting(Pixels mask) {
        this(mask, false, 4, 4, true, Fill.ORIGINAL, false, 32);
    }

    private static void require(boolean holds, String field, Object found, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s: found %s, allowed: %s".formatted(field, found, allowed));
        }
    }
}
