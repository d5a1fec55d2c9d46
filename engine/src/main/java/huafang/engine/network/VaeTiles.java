package huafang.engine.network;

import huafang.engine.sampling.LatentUpscale;
import huafang.engine.tensor.Tensor;
import java.util.Optional;

/**
 * In which pieces an autoencoder takes large pictures: its memory grows with the picture, by 3.5 GB
 * for each 1024×1024 pixels of Stable Diffusion's. Pieces overlap by a sixth and are blended there;
 * all are normalised by the means and variances of the picture made small.
 *
 * <p>They differ from the whole a little, by about 40 dB, so pictures that fit stay whole.
 *
 * @param side of a piece in pixels, a multiple of 8 from 64
 * @param most pixels that are still taken whole, where the picture is larger than a piece
 */
public record VaeTiles(int side, int most) {
    static final int PIXELS_PER_LATENT = 8;

    /** Whole up to 1024×1024 pixels, and beyond where a GPU has the memory. */
    public static final VaeTiles USUAL = new VaeTiles(768, 1024 * 1024);

    /** In floats; half as many in half precision. */
    private static final long BYTES_PER_PIXEL = 3584;

    private static final int SMALLEST = 64;
    private static final int OVERLAP = 6;

    /**
     * @throws IllegalArgumentException if the side cannot be one
     */
    public VaeTiles {
        if (side < SMALLEST || side % PIXELS_PER_LATENT != 0) {
            throw new IllegalArgumentException(
                    "tiles of the VAE: found %d, allowed: a multiple of 8 from 64".formatted(side));
        }
    }

    /** All pictures that are larger than a piece are taken in pieces. */
    public static VaeTiles of(int side) {
        return new VaeTiles(side, 0);
    }

    /**
     * The same where so much memory is left: unless a side was chosen, what is expected to fit
     * stays whole.
     *
     * @param memory of the device now; nothing where it does not tell
     */
    VaeTiles within(Optional<DeviceMemory> memory) {
        return most == 0 || memory.isEmpty()
                ? this
                : new VaeTiles(side, (int) Math.max(most, memory.get().room() / BYTES_PER_PIXEL));
    }

    /**
     * Of latents or a picture.
     *
     * @param unit how many of its values make a latent: 1 or 8
     */
    Tiles of(Tensor x, int unit) {
        int height = x.size(2) * PIXELS_PER_LATENT / unit;
        int width = x.size(3) * PIXELS_PER_LATENT / unit;
        boolean whole = (long) height * width <= most;
        int latents = (whole ? Math.max(height, width) : side) / PIXELS_PER_LATENT;
        return new Tiles(latents * unit, Math.max(latents / OVERLAP, 1) * unit);
    }

    /**
     * Half as large, or of half the picture if that was taken whole; empty if they could not be
     * smaller.
     *
     * @param unit how many of its values make a latent: 1 or 8
     */
    Optional<VaeTiles> halved(Tensor x, int unit) {
        int taken = Math.min(of(x, unit).side(), Math.max(x.size(2), x.size(3)));
        int half = Math.ceilDiv(taken / unit, 2) * PIXELS_PER_LATENT;
        return taken / unit * PIXELS_PER_LATENT <= SMALLEST
                ? Optional.empty()
                : Optional.of(of(Math.max(half, SMALLEST)));
    }

    /** Latents or a picture of about a piece's size, with the same values. */
    Tensor small(Tensor x, int unit) {
        double factor = side / (double) PIXELS_PER_LATENT * unit / Math.max(x.size(2), x.size(3));
        return LatentUpscale.NEAREST_EXACT.resized(
                x, shortened(x.size(2), factor, unit), shortened(x.size(3), factor, unit));
    }

    private static int shortened(int length, double factor, int unit) {
        return Math.max((int) Math.round(length * factor / unit), 1) * unit;
    }
}
