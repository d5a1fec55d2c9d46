package huafang.engine.checkpoint;

/** The sizes of a network that enlarges pictures, read from its tensors' names and shapes. */
public sealed interface UpscalerConfig {
    /** How many times wider and higher pictures become. */
    int scale();

    /** How many times wider and higher the squares of pixels are that the network sees as one. */
    int square();

    /**
     * ESRGAN's network: Wang et al. 2018, "ESRGAN"; Real-ESRGAN's with squares of pixels.
     *
     * @param width channels of the trunk
     * @param growth channels that each layer of a dense block adds
     * @param blocks of three dense blocks each
     * @param doublings of height and width behind the trunk
     */
    record Dense(int square, int width, int growth, int blocks, int doublings)
            implements UpscalerConfig {
        @Override
        public int scale() {
            return (1 << doublings) / square;
        }
    }

    /**
     * Real-ESRGAN's small network, SRVGGNetCompact.
     *
     * @param layers convolutions between the first and the last
     */
    record Compact(int width, int layers, int scale) implements UpscalerConfig {
        @Override
        public int square() {
            return 1;
        }
    }

    /**
     * Tells the two apart, in any width and depth.
     *
     * @param file opened as an upscaler
     * @throws CheckpointException if it is neither, saying what it is
     */
    static UpscalerConfig detect(Checkpoint file) {
        var root = new Shapes(file, "");
        if (root.has("conv_first.weight") && root.has("body.0.rdb1.conv1.weight")) {
            return dense(root);
        }
        if (root.has("body.0.weight") && root.rank("body.1.weight") == 1) {
            return compact(root);
        }
        throw root.refusal(
                "an upscaler of the ESRGAN family (RRDBNet or SRVGGNetCompact)",
                OtherUpscaler.describe(root));
    }

    private static Dense dense(Shapes root) {
        int channels = root.size("conv_first.weight", 4, 1);
        int square = root(channels);
        int doublings = 0;
        while (root.has("conv_up%d.weight".formatted(doublings + 1))) {
            doublings++;
        }
        if (square == 0 || doublings > 3 || (1 << doublings) % square != 0) {
            throw root.refusal(
                    "an upscaler of pictures of 3 channels by 1 to 8",
                    "%d channels and %d doublings".formatted(channels, doublings));
        }
        return new Dense(
                square,
                root.size("conv_first.weight", 4, 0),
                root.size("body.0.rdb1.conv1.weight", 4, 0),
                root.sub("body").count("rdb1.conv1.weight"),
                doublings);
    }

    private static Compact compact(Shapes root) {
        int last = 0;
        while (root.has("body.%d.weight".formatted(last + 2))) {
            last += 2;
        }
        int channels = root.size("body.%d.weight".formatted(last), 4, 0);
        int scale = root(channels);
        if (scale == 0 || last < 2) {
            throw root.refusal("an upscaler by 1 to 8 to 3 channels", channels + " channels");
        }
        return new Compact(root.size("body.0.weight", 4, 0), last / 2 - 1, scale);
    }

    /** How wide the squares are whose pixels of 3 colours make so many channels; 0 if none. */
    private static int root(int channels) {
        for (int side = 1; side <= 8; side++) {
            if (channels == 3 * side * side) {
                return side;
            }
        }
        return 0;
    }
}
