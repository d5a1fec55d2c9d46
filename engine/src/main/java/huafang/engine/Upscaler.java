package huafang.engine;

import huafang.engine.network.Device;
import huafang.engine.network.UpscalerNetwork;
import huafang.engine.pixels.Pixels;
import huafang.engine.pixels.Resampling;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Enlarges pictures: by arithmetic, or by a network of the ESRGAN family. What is then still not of
 * the wanted size is brought to it by Lanczos. Agrees with AUTOMATIC1111 1.10, except that it
 * blends a network's tiles before it rounds them, and has them overlap by more.
 */
public final class Upscaler implements AutoCloseable {
    /** Lanczos at once. */
    public static final Upscaler NONE = new Upscaler((picture, factor, listener) -> picture, null);

    /** Lanczos to the whole pixels nearest below, then to the wanted size. */
    public static final Upscaler LANCZOS =
            new Upscaler(
                    (picture, factor, listener) ->
                            Resampling.LANCZOS.resize(
                                    picture,
                                    (int) (picture.width() * factor),
                                    (int) (picture.height() * factor)),
                    null);

    /** Every pixel repeated. */
    public static final Upscaler NEAREST =
            new Upscaler(
                    (picture, factor, listener) ->
                            nearest(
                                    picture,
                                    (int) (picture.width() * factor),
                                    (int) (picture.height() * factor)),
                    null);

    /** The names of those. */
    static final List<String> NAMES = List.of("None", "Lanczos", "Nearest");

    /** How often a network may enlarge a picture that is still too small. */
    private static final int MOST_PASSES = 3;

    private static final int UNIT = 8; // pixels that sides are whole multiples of

    private final Pass pass;
    private final UpscalerNetwork network;

    private interface Pass {
        Pixels enlarge(Pixels picture, double factor, StepListener listener);
    }

    private Upscaler(Pass pass, UpscalerNetwork network) {
        this.pass = pass;
        this.network = network;
    }

    /** Those that need no file, by AUTOMATIC1111's names in any case: None, Lanczos, Nearest. */
    public static Optional<Upscaler> named(String name) {
        return Optional.ofNullable(
                switch (name.toLowerCase(Locale.ROOT)) {
                    case "none" -> NONE;
                    case "lanczos" -> LANCZOS;
                    case "nearest" -> NEAREST;
                    default -> null;
                });
    }

    /**
     * Loads a network: RRDBNet of any generation, or SRVGGNetCompact.
     *
     * @param file a safetensors file
     * @param device that it runs on
     * @throws huafang.engine.checkpoint.CheckpointException if it cannot be used, with one sentence
     *     that says why
     */
    public static Upscaler load(Path file, Device device) {
        UpscalerNetwork network = UpscalerNetwork.load(file, device);
        return new Upscaler(
                (picture, factor, listener) -> enlarged(network, picture, listener), network);
    }

    /**
     * A picture so many times wider and higher, rounded down to multiples of 8.
     *
     * @param picture red, green and blue
     * @param factor above 0; below 1 only Lanczos is at work, or what is asked for and not more
     * @param listener hears of each of a network's tiles, and may stop it
     * @throws java.util.concurrent.CancellationException if the listener asks for it
     * @throws ArithmeticException if the network did not give finite numbers
     * @throws IllegalArgumentException if the picture would have too many pixels
     */
    public Pixels enlarge(Pixels picture, double factor, StepListener listener) {
        int width = Math.max((int) (picture.width() * factor) / UNIT * UNIT, UNIT);
        int height = Math.max((int) (picture.height() * factor) / UNIT * UNIT, UNIT);
        Pixels.requireFew(width, height);
        Pixels larger = picture;
        for (int i = 0; i < MOST_PASSES; i++) {
            boolean large = larger.width() >= width && larger.height() >= height;
            if (large && (i > 0 || factor != 1)) {
                break;
            }
            Pixels before = larger;
            larger = pass.enlarge(larger, factor, listener);
            if (larger.width() == before.width() && larger.height() == before.height()) {
                break;
            }
        }
        return resized(larger, width, height);
    }

    /** A picture in another size, which only becomes larger by this way. */
    public Pixels resize(Pixels picture, int width, int height, StepListener listener) {
        double factor =
                Math.max((double) width / picture.width(), (double) height / picture.height());
        Pixels larger = factor > 1 && this != NONE ? enlarge(picture, factor, listener) : picture;
        return resized(larger, width, height);
    }

    private static Pixels resized(Pixels picture, int width, int height) {
        return picture.width() == width && picture.height() == height
                ? picture
                : Resampling.LANCZOS.resize(picture, width, height);
    }

    private static Pixels nearest(Pixels picture, int width, int height) {
        Pixels.requireFew(width, height);
        byte[] data = new byte[width * height * picture.channels()];
        for (int i = 0; i < data.length; i++) {
            int pixel = i / picture.channels();
            int x = (int) ((pixel % width + 0.5) * picture.width() / width);
            int y = (int) ((pixel / width + 0.5) * picture.height() / height);
            data[i] = (byte) picture.at(x, y, i % picture.channels());
        }
        return new Pixels(width, height, picture.channels(), data);
    }

    /** The network is shown blue as red and red as blue, as AUTOMATIC1111 does it. */
    private static Pixels enlarged(UpscalerNetwork network, Pixels picture, StepListener listener) {
        int plane = picture.width() * picture.height();
        Tensor colours = Tensor.zeros(1, 3, picture.height(), picture.width());
        for (int i = 0; i < 3 * plane; i++) {
            colours.data()[(2 - i % 3) * plane + i / 3] = (picture.data()[i] & 0xff) / 255f;
        }
        Tensor larger = network.enlarge(colours, listener);
        StableDiffusion.requireFinite("enlarged picture", larger);
        int width = larger.size(3);
        int height = larger.size(2);
        byte[] data = new byte[larger.data().length];
        for (int i = 0; i < data.length; i++) {
            float value = larger.data()[(2 - i % 3) * width * height + i / 3];
            data[i] = (byte) Math.rint(255f * Math.clamp(value, 0f, 1f));
        }
        return new Pixels(width, height, 3, data);
    }

    @Override
    public void close() {
        if (network != null) {
            network.close();
        }
    }
}
