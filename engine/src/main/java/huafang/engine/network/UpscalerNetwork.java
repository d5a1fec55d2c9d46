package huafang.engine.network;

import ai.onnxruntime.OrtException;
import huafang.engine.checkpoint.Checkpoint;
import huafang.engine.checkpoint.UpscalerConfig;
import huafang.engine.graph.Dim;
import huafang.engine.graph.Model;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A network that enlarges pictures, ready to run, tile by tile. Any number of threads may call one
 * at once.
 */
public final class UpscalerNetwork implements AutoCloseable {
    /** AUTOMATIC1111's tiles; they overlap by more than its, so that no seam is seen. */
    private static final Tiles TILES = new Tiles(192, 32);

    private final Checkpoint file;
    private final UpscalerConfig config;
    private final Patience patience;
    private final Network network;
    private final ReadWriteLock open = new ReentrantReadWriteLock();
    private boolean closed;

    private UpscalerNetwork(Checkpoint file, Device device) {
        this.file = file;
        this.config = UpscalerConfig.detect(file);
        this.patience = device.patience();
        Value enlarged = enlarged(file, config, device.upscaler());
        requireNothingLeft(file, Model.of(Map.of("enlarged", enlarged)));
        this.network = Network.load(device, List.of(enlarged), Network.Use.PICTURES);
    }

    /** A larger picture, from "picture". */
    static Value enlarged(Checkpoint file, UpscalerConfig config, Layers layers) {
        Value picture =
                Value.input(
                        "picture",
                        Type.FLOAT,
                        Dim.named("batch"),
                        Dim.of(3),
                        Dim.named("height"),
                        Dim.named("width"));
        return new EsrganLayers(layers).enlarged(config, new Weights(file, ""), picture);
    }

    /**
     * Loads an upscaler of the ESRGAN family.
     *
     * @param path a safetensors file
     * @param device that it runs on
     * @throws huafang.engine.checkpoint.CheckpointException if it cannot be used, with one sentence
     *     that says why
     */
    public static UpscalerNetwork load(Path path, Device device) {
        return PlatformThreads.call(() -> loaded(path, device));
    }

    private static UpscalerNetwork loaded(Path path, Device device) {
        Checkpoint file = Checkpoint.openUpscaler(path);
        try {
            return new UpscalerNetwork(file, device);
        } catch (RuntimeException failed) {
            file.close();
            throw failed;
        }
    }

    /** A tensor that is not understood is a part of the network that would be missing. */
    private static void requireNothingLeft(Checkpoint file, Model model) {
        for (String name : file.names()) {
            if (!model.weights().containsKey(name)) {
                throw Weights.refusal(
                        file,
                        "an upscaler of the ESRGAN family (RRDBNet or SRVGGNetCompact)",
                        "one that differs from it in \"" + file.source(name).orElse(name) + "\"");
            }
        }
    }

    /** How many times wider and higher pictures become. */
    public int scale() {
        return config.scale();
    }

    /**
     * Enlarges a picture.
     *
     * @param picture [1, 3, h, w], 0 to 1
     * @param listener hears of each tile, and may stop it
     * @return [1, 3, h·scale, w·scale], not clamped
     * @throws java.util.concurrent.CancellationException if the listener asks for it
     */
    public Tensor enlarge(Tensor picture, StepListener listener) {
        return enlarge(picture, TILES, listener);
    }

    Tensor enlarge(Tensor picture, Tiles sizes, StepListener listener) {
        Tensor whole = padded(picture);
        int tiles = sizes.count(whole);
        int[] done = {0};
        Tensor enlarged =
                sizes.map(
                        whole,
                        config.scale(),
                        1,
                        tile -> {
                            Tensor larger = run(tile);
                            listener.completed(++done[0], tiles);
                            return larger;
                        });
        return rectangle(
                enlarged, picture.size(2) * config.scale(), picture.size(3) * config.scale());
    }

    /** With whole squares of pixels: the picture's end is mirrored. */
    private Tensor padded(Tensor picture) {
        int square = config.square();
        return rectangle(
                picture,
                Math.ceilDiv(picture.size(2), square) * square,
                Math.ceilDiv(picture.size(3), square) * square);
    }

    /** Cut at the bottom and at the right, or mirrored there. */
    private static Tensor rectangle(Tensor picture, int height, int width) {
        if (height == picture.size(2) && width == picture.size(3)) {
            return picture;
        }
        Tensor other = Tensor.zeros(1, 3, height, width);
        for (int i = 0; i < other.data().length; i++) {
            int y = mirrored(i / width % height, picture.size(2));
            int x = mirrored(i % width, picture.size(3));
            int plane = i / width / height;
            other.data()[i] = picture.data()[(plane * picture.size(2) + y) * picture.size(3) + x];
        }
        return other;
    }

    private static int mirrored(int at, int length) {
        return at < length ? at : Math.max(0, 2 * (length - 1) - at);
    }

    private Tensor run(Tensor tile) {
        return PlatformThreads.call(() -> patience.call(() -> locked(tile)));
    }

    private Tensor locked(Tensor tile) {
        open.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException(file.name() + " has been closed");
            }
            return network.run(new HashMap<>(Map.of("picture", Network.floats(tile))), 0);
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime cannot run %s: %s".formatted(file.name(), e.getMessage()), e);
        } finally {
            open.readLock().unlock();
        }
    }

    /** Frees the network's memory, after the calls under way have returned. */
    @Override
    public void close() {
        open.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                network.close();
                file.close();
            }
        } finally {
            open.writeLock().unlock();
        }
    }
}
