package huafang.engine;

import static java.util.Objects.requireNonNull;

import huafang.engine.pixels.Pixels;
import huafang.engine.pixels.ResizeMode;
import java.util.Optional;

/**
 * A picture painted over another one.
 *
 * @param picture what is asked for, and its size
 * @param init what is painted over, of any size, in red, green and blue
 * @param resizeMode how that comes to the size that is asked for
 * @param strength how much of it is painted anew, 0 to 1
 * @param noiseMultiplier what the noise that is added to it is multiplied with, 0 to 1.5; usually 1
 * @param inpainting which part of it is painted anew; nothing if all of it is
 */
public record Img2Img(
        Txt2Img picture,
        Pixels init,
        ResizeMode resizeMode,
        double strength,
        double noiseMultiplier,
        Optional<Inpainting> inpainting)
        implements Request {

    private static final double MOST_NOISE = 1.5;
    private static final int PIXELS_PER_LATENT = 8;
    private static final int LARGEST_SIDE = 2048;

    /**
     * @throws IllegalArgumentException if a number is out of its range, naming the field, what was
     *     found and what is allowed
     */
    public Img2Img {
        requireNonNull(picture, "picture");
        requireNonNull(resizeMode, "resizeMode");
        requireNonNull(inpainting, "inpainting");
        require(init.channels() == 3, "init", init.channels() + " channels", "3");
        require(strength >= 0 && strength <= 1, "strength", strength, "0 to 1");
        require(
                noiseMultiplier >= 0 && noiseMultiplier <= MOST_NOISE,
                "noiseMultiplier",
                noiseMultiplier,
                "0 to " + MOST_NOISE);
        require(
                resizeMode != ResizeMode.LATENT_UPSCALE
                        || inpainting.isPresent()
                        || isEncodable(init),
                "init",
                "%d x %d".formatted(init.width(), init.height()),
                "8 to 2048 pixels a side where latents are resized");
    }

    /** All of it painted anew, with usual noise. */
    public Img2Img(Txt2Img picture, Pixels init, ResizeMode resizeMode, double strength) {
        this(picture, init, resizeMode, strength, 1, Optional.empty());
    }

    private static boolean isEncodable(Pixels init) {
        int shorter = Math.min(init.width(), init.height());
        int longer = Math.max(init.width(), init.height());
        return shorter >= PIXELS_PER_LATENT && longer <= LARGEST_SIDE;
    }

    private static void require(boolean holds, String field, Object found, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s: found %s, allowed: %s".formatted(field, found, allowed));
        }
    }
}
