package huafang.engine.network;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.checkpoint.ModelConfig;
import huafang.engine.checkpoint.Safetensors;
import huafang.engine.graph.Dim;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import huafang.engine.sampling.Conditioning;
import huafang.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The three networks of a checkpoint, ready to run, for pictures of any size. Any number of threads
 * may call one instance at once; each call uses all processors.
 *
 * <p>The rows of a batch are run one after the other: a single row keeps a CPU busy, and the
 * runtime's convolutions add in another order when they are given several, so that a picture's last
 * bits would depend on its company.
 */
public final class Networks implements AutoCloseable {
    private final Safetensors file;
    private final ModelConfig config;
    private final Network text;
    private final Network unet;
    private final Network vae;
    private final ReadWriteLock open = new ReentrantReadWriteLock();
    private boolean closed;

    private Networks(Safetensors file, ModelConfig config, List<Network> networks) {
        this.file = file;
        this.config = config;
        this.text = networks.get(0);
        this.unet = networks.get(1);
        this.vae = networks.get(2);
    }

    /**
     * Loads a checkpoint. Takes seconds for one of real size. The file must not be overwritten in
     * place afterwards.
     *
     * @throws huafang.engine.checkpoint.CheckpointException if the file is damaged, of another
     *     type, or no model known here
     */
    public static Networks load(Path checkpoint) {
        Safetensors file = Safetensors.open(checkpoint);
        List<Network> loaded = new ArrayList<>();
        try {
            ModelConfig config = ModelConfig.detect(file);
            for (List<Value> outputs : outputs(config, new Weights(file, ""))) {
                loaded.add(Network.load(outputs));
            }
            return new Networks(file, config, loaded);
        } catch (RuntimeException failed) {
            loaded.forEach(Network::close);
            file.close();
            throw failed;
        }
    }

    /** What each network computes: encoded text by clip skip, predicted noise, a picture. */
    private static List<List<Value>> outputs(ModelConfig config, Weights w) {
        var layers = new CpuLayers();
        Dim batch = Dim.named("batch");
        Dim height = Dim.named("height");
        Dim width = Dim.named("width");
        Dim textWidth = Dim.of(config.text().width());

        Value ids = Value.input("ids", Type.INT64, batch, Dim.of(config.text().length()));
        List<Value> text =
                new ClipTextEncoder(config.text(), layers)
                        .encode(w.sub("cond_stage_model.transformer.text_model"), ids);

        Value x =
                Value.input(
                        "x", Type.FLOAT, batch, Dim.of(config.unet().inChannels()), height, width);
        Value timesteps = Value.input("timesteps", Type.FLOAT, batch);
        Value context = Value.input("context", Type.FLOAT, batch, Dim.named("tokens"), textWidth);
        Value noise =
                new UNet(config.unet(), layers)
                        .predict(w.sub("model.diffusion_model"), x, timesteps, context);

        Value latents =
                Value.input(
                        "latents",
                        Type.FLOAT,
                        batch,
                        Dim.of(config.vae().latentChannels()),
                        height,
                        width);
        Value unscaled = Ops.mul(latents, Value.constant(new float[] {1 / config.latentScale()}));
        Value picture =
                new VaeDecoder(config.vae(), layers).decode(w.sub("first_stage_model"), unscaled);
        return List.of(text, List.of(noise), List.of(picture));
    }

    /** The model's sizes. */
    public ModelConfig config() {
        return config;
    }

    /**
     * What the prompts say, as the U-Net reads it.
     *
     * @param ids [b][77] token ids
     * @param clipSkip 1 for the last layer, 2 for the one before it, and so on
     * @return [b, 77, w], after the final normalisation
     */
    public Tensor encodeText(int[][] ids, int clipSkip) {
        int layers = config.text().layers();
        require(
                clipSkip >= 1 && clipSkip <= layers + 1,
                "a clip skip from 1 to " + (layers + 1),
                clipSkip);
        int length = config.text().length();
        int vocabulary = config.text().vocabulary();
        for (int[] prompt : ids) {
            require(prompt.length == length, length + " token ids per prompt", prompt.length);
            for (int id : prompt) {
                require(id >= 0 && id < vocabulary, "token ids from 0 to " + (vocabulary - 1), id);
            }
        }
        return run(
                text,
                clipSkip - 1,
                ids.length,
                row ->
                        Map.of(
                                "ids",
                                Network.longs(
                                        Arrays.stream(ids[row]).asLongStream().toArray(),
                                        1,
                                        length)));
    }

    /**
     * The noise that the U-Net sees in latents.
     *
     * @param x [b, 4, h, w] noisy latents as the network was trained on them: variance 1
     * @param timesteps [b] from 0 to 999, fractions allowed
     * @param conditioning its context [b, 77·k, w] is encoded text, k prompts side by side
     * @return [b, 4, h, w]; each row's bits do not depend on the other rows
     */
    public Tensor predictNoise(Tensor x, float[] timesteps, Conditioning conditioning) {
        int rows = timesteps.length;
        requireShape(x, rows, config.unet().inChannels(), -1, -1);
        Tensor context = conditioning.context();
        requireShape(context, rows, -1, config.text().width());
        return run(
                unet,
                0,
                rows,
                row ->
                        Map.of(
                                "x", Network.floats(x.rows(row, row + 1)),
                                "timesteps",
                                        Network.floats(new Tensor(new float[] {timesteps[row]}, 1)),
                                "context", Network.floats(context.rows(row, row + 1))));
    }

    /**
     * The pictures that latents stand for.
     *
     * @param latents [b, 4, h, w] as a sampler returns them, not yet divided by the latent scale
     * @return [b, 3, 8h, 8w], −1 to 1 but not clamped
     */
    public Tensor decode(Tensor latents) {
        requireShape(latents, -1, config.vae().latentChannels(), -1, -1);
        return run(
                vae,
                0,
                latents.size(0),
                row -> Map.of("latents", Network.floats(latents.rows(row, row + 1))));
    }

    /** Frees the networks' memory, after the calls under way have returned. */
    @Override
    public void close() {
        open.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                List.of(text, unet, vae).forEach(Network::close);
                file.close();
            }
        } finally {
            open.writeLock().unlock();
        }
    }

    private interface Inputs {
        Map<String, OnnxTensor> row(int row) throws OrtException;
    }

    private Tensor run(Network network, int output, int rows, Inputs inputs) {
        require(rows > 0, "at least one row", rows);
        open.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException(file.name() + " has been closed");
            }
            var outputs = new Tensor[rows];
            for (int row = 0; row < rows; row++) {
                outputs[row] = network.run(inputs.row(row), output);
            }
            return Tensor.concatenate(outputs);
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime cannot run %s: %s".formatted(file.name(), e.getMessage()), e);
        } finally {
            open.readLock().unlock();
        }
    }

    /** Fails unless the tensor has these lengths; −1 stands for any but 0. */
    private static void requireShape(Tensor tensor, int... lengths) {
        int[] found = tensor.shape();
        boolean fits = found.length == lengths.length;
        for (int i = 0; fits && i < lengths.length; i++) {
            fits = found[i] > 0 && (lengths[i] == -1 || lengths[i] == found[i]);
        }
        require(fits, "a tensor of shape " + Arrays.toString(lengths), Arrays.toString(found));
    }

    private static void require(boolean fits, String expected, Object found) {
        if (!fits) {
            throw new IllegalArgumentException("expected %s, found %s".formatted(expected, found));
        }
    }
}
