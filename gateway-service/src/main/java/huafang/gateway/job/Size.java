package huafang.gateway.job;

import huafang.contracts.catalogue.Checkpoint;
import huafang.contracts.generation.GenerationParameters;

/**
 * The size of an image that a request does not state.
 *
 * @param width pixels
 * @param height likewise
 */
record Size(int width, int height) {
    private static final int STEP = 8;

    /** The model's native one, or of a picture to begin with its own, made smaller if it must. */
    static Size of(Checkpoint checkpoint, StartRequest start) {
        if (start == null || !start.givesSize()) {
            return new Size(checkpoint.width(), checkpoint.height());
        }
        int width = start.picture().width();
        int height = start.picture().height();
        double pixels = (double) width * height;
        double scale = Math.min(1, Math.sqrt(checkpoint.width() * checkpoint.height() / pixels));
        return new Size(side(width * scale), side(height * scale));
    }

    private static int side(double pixels) {
        return Math.clamp(
                Math.round(pixels / STEP) * STEP,
                GenerationParameters.SMALLEST_SIDE,
                GenerationParameters.LARGEST_SIDE);
    }
}
