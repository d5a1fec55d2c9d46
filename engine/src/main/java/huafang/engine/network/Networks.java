package huafang.engine.network;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.adapter.Adapters;
import huafang.engine.adapter.LayerNames;
import huafang.engine.checkpoint.Checkpoint;
import huafang.engine.checkpoint.ModelConfig;
import huafang.engine.checkpoint.Parameterization;
import huafang.engine.checkpoint.TextConfig;
import huafang.engine.sampling.Conditioning;
import huafang.engine.sampling.NoisePredictor;
import huafang.engine.tensor.Tensor;
import huafang.engine.text.Chunk;
import huafang.engine.text.Embedding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.UnaryOperator;

/**
 * The networks of a checkpoint, ready to run, for pictures of any size. Any number of threads may
 * call one instance at once; each call uses all processors.
 *
 * <p>On a CPU the rows of a batch are run one after the other: a single row keeps it busy, and the
 * runtime's convolutions add in another order when they are given several, so that a picture's last
 * bits would depend on its company. On a GPU rows are run together, and so they do.
 */
public final class Networks implements AutoCloseable {
    /** What an unstated U-Net is asked, and what only one that predicts the velocity answers. */
    private static final float GREY = 0.5f;

    private static final float HIGHEST = 999;
    private static final double VELOCITY = -1;

    private final Checkpoint file;
    private final Device device;
    private final Graphs graphs;
    private ModelConfig config;
    private final LayerNames layers;
    private final VaeTiles vaeTiles;
    private final List<AdaptableNetwork> text;
    private final ReadWriteLock open;
    private final Networks owner; // that has loaded them
    private final boolean wrapped;
    private AdaptableNetwork unet;
    private VaeHalf decoder;
    private volatile VaeHalf encoder;
    private boolean closed;

    private Networks(Networks owner) {
        this.file = owner.file;
        this.device = owner.device;
        this.graphs = owner.graphs;
        this.config = owner.config;
        this.layers = owner.layers;
        this.vaeTiles = owner.vaeTiles;
        this.text = owner.text;
        this.unet = owner.unet;
        this.open = owner.open;
        this.owner = owner;
        this.wrapped = true;
    }

    /**
     * The same networks as seen by pictures that can be laid side by side: convolutions see the
     * opposite edge. When they are first called so, U-Net and decoder are loaded anew, once. Only
     * the original is closed.
     */
    public Networks wrapped() {
        return new Networks(owner);
    }

    private Networks(Checkpoint file, VaeTiles vaeTiles, Device device) {
        this.owner = this;
        this.wrapped = false;
        this.text = new ArrayList<>();
        this.open = new ReentrantReadWriteLock();
        this.file = file;
        this.device = device;
        this.vaeTiles = vaeTiles;
        this.graphs = Graphs.of(file, device);
        this.config = graphs.config();
        Map<String, List<Long>> shapes = new HashMap<>();
        file.names().forEach(name -> shapes.put(name, file.find(name).orElseThrow().shape()));
        this.layers = new LayerNames(shapes);
    }

    /** The same with the checkpoint's own VAE. */
    public static Networks load(Path checkpoint) {
        return load(checkpoint, Optional.empty());
    }

    /** The same with the usual tiles. */
    public static Networks load(Path checkpoint, Optional<Path> vae) {
        return load(checkpoint, vae, VaeTiles.USUAL);
    }

    /** The same on all processors. */
    public static Networks load(Path checkpoint, Optional<Path> vae, VaeTiles tiles) {
        return load(checkpoint, vae, tiles, Device.CPU);
    }

    /**
     * Loads a checkpoint. Takes seconds for one of real size. The files must not be overwritten in
     * place afterwards.
     *
     * @param checkpoint a file, or a folder in diffusers' layout
     * @param vae a file with another VAE to use
     * @param tiles in which its autoencoder takes large pictures
     * @param device that it runs on
     * @throws huafang.engine.checkpoint.CheckpointException if a file is damaged, of another type,
     *     or no model known here
     */
    public static Networks load(
            Path checkpoint, Optional<Path> vae, VaeTiles tiles, Device device) {
        return PlatformThreads.call(() -> loaded(checkpoint, vae, tiles, device));
    }

    private static Networks loaded(
            Path checkpoint, Optional<Path> vae, VaeTiles tiles, Device device) {
        Checkpoint file = Checkpoint.open(checkpoint, vae);
        Networks networks = null;
        try {
            networks = new Networks(file, tiles, device);
            networks.load();
            return networks;
        } catch (RuntimeException failed) {
            if (networks == null) {
                file.close();
            } else {
                networks.close();
            }
            throw failed;
        }
    }

    private void load() {
        // All are built before one is loaded: what is wrong with a file is told at once.
        for (TextConfig tower : config.text()) {
            text.add(
                    new AdaptableNetwork(
                            device,
                            Network.Use.STEPS,
                            (adapted, borders) -> graphs.text(tower, adapted),
                            layers.under(tower.place())));
        }
        unet =
                new AdaptableNetwork(
                        device,
                        Network.Use.STEPS,
                        (adapted, borders) -> List.of(graphs.unet(adapted, borders)),
                        layers.under("model.diffusion_model."));
        var picture = new VaeHalf(device, graphs::decoder, "latents");
        decoder = picture;
        text.forEach(AdaptableNetwork::load);
        unet.load();
        picture.load();
        if (config.parameterization() == Parameterization.UNSTATED) {
            config = config.predicting(answered(), file);
        }
    }

    /** Whether these are seen by pictures that can be laid side by side. */
    public boolean isWrapped() {
        return wrapped;
    }

    /** The checkpoint's, as messages show it. */
    public String name() {
        return file.name();
    }

    /** The widths of the text towers whose outputs stand side by side. */
    public List<Integer> textWidths() {
        return config.text().stream().map(TextConfig::width).toList();
    }

    /** What adapters call the layers that they can change. */
    public LayerNames layers() {
        return layers;
    }

    /** The model's sizes, and what it predicts, which is stated by now. */
    public ModelConfig config() {
        return config;
    }

    /**
     * What the U-Net shows that it predicts when it is run once. Asked at the highest noise for
     * what it sees in an even grey, one that predicts the noise answers with about that grey, and
     * one that predicts the velocity with far less. AUTOMATIC1111 tells them apart so.
     */
    private Parameterization answered() {
        Tensor x = even(1, config.vae().latentChannels(), 8, 8);
        var told =
                new Conditioning(
                        even(1, 2, config.unet().contextWidth()),
                        Tensor.zeros(1, config.unet().vectorWidth()),
                        Tensor.zeros(1, config.imageChannels(), 8, 8));
        double difference = 0;
        for (float number : predictNoise(x, new float[] {HIGHEST}, told).data()) {
            difference += (number - GREY) / x.data().length;
        }
        return difference < VELOCITY ? Parameterization.V : Parameterization.EPSILON;
    }

    private static Tensor even(int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        Arrays.fill(tensor.data(), GREY);
        return tensor;
    }

    /**
     * What the prompts say, as the U-Net reads it: the towers' tokens side by side.
     *
     * @param ids [b][77] token ids, each sequence with an end and filled up with ends
     * @param clipSkip 1 for the layer that the model was trained with, 2 for the one before it, and
     *     so on; only Stable Diffusion 1.x heeds it
     * @return [b, 77, w]
     */
    public Tensor encodeText(int[][] ids, int clipSkip) {
        return encodeText(ids, nothingOwn(ids.length), clipSkip, Adapters.NONE);
    }

    /**
     * The same for one chunk, its weights apart, and with changes to the towers.
     *
     * @return [1, 77, w]
     */
    public Tensor encodeText(Chunk chunk, int clipSkip, Adapters adapters) {
        return encodeText(
                new int[][] {chunk.idArray()}, List.of(chunk.embeddings()), clipSkip, adapters);
    }

    private Tensor encodeText(
            int[][] ids, List<List<Embedding.Place>> own, int clipSkip, Adapters adapters) {
        int layers = config.text().getFirst().layers();
        require(
                clipSkip >= 1 && clipSkip <= layers + 1,
                "a clip skip from 1 to " + (layers + 1),
                clipSkip);
        requireIds(ids);
        var tokens = new ArrayList<Tensor>();
        for (int i = 0; i < text.size(); i++) {
            int tower = i;
            int left = config.text().get(i).layersLeftOut(clipSkip);
            tokens.add(
                    run(
                            inputs -> text.get(tower).run(inputs, left, adapters),
                            ids.length,
                            1,
                            (row, next) -> sequence(tower, ids[row], own.get(row))));
        }
        return tokens.stream().reduce(Networks::beside).orElseThrow();
    }

    /**
     * Each prompt as one vector, which a part of the U-Net's vector is made of.
     *
     * @param ids [b][77] token ids, each sequence with an end and filled up with ends
     * @return [b, p]; no numbers if the model takes none
     */
    public Tensor poolText(int[][] ids) {
        return poolText(ids, nothingOwn(ids.length), Adapters.NONE);
    }

    /**
     * The same for one chunk, its weights apart, and with changes to the towers.
     *
     * @return [1, p]
     */
    public Tensor poolText(Chunk chunk, Adapters adapters) {
        return poolText(new int[][] {chunk.idArray()}, List.of(chunk.embeddings()), adapters);
    }

    private Tensor poolText(int[][] ids, List<List<Embedding.Place>> own, Adapters adapters) {
        requireIds(ids);
        int last = text.size() - 1;
        TextConfig tower = config.text().get(last);
        return tower.pooledWidth() == 0
                ? Tensor.zeros(ids.length, 0)
                : run(
                        inputs -> text.get(last).run(inputs, tower.layers() + 1, adapters),
                        ids.length,
                        1,
                        (row, next) -> sequence(last, ids[row], own.get(row)));
    }

    private static List<List<Embedding.Place>> nothingOwn(int rows) {
        return Collections.nCopies(rows, List.of());
    }

    private void requireIds(int[][] ids) {
        int length = config.text().getFirst().length();
        int vocabulary = config.text().getFirst().vocabulary();
        for (int[] prompt : ids) {
            require(prompt.length == length, length + " token ids per prompt", prompt.length);
            for (int id : prompt) {
                require(id >= 0 && id < vocabulary, "token ids from 0 to " + (vocabulary - 1), id);
            }
        }
    }

    private Map<String, OnnxTensor> sequence(int index, int[] ids, List<Embedding.Place> places)
            throws OrtException {
        TextConfig tower = config.text().get(index);
        int width = tower.width();
        int end = end(ids);
        long[] padded = Arrays.stream(ids).asLongStream().toArray();
        if (!tower.reading().filledWithEnds()) {
            Arrays.fill(padded, end + 1, ids.length, 0);
        }
        float[] own = new float[ids.length * width];
        float[] kept = new float[ids.length];
        Arrays.fill(kept, 1);
        for (Embedding.Place place : places) {
            float[] vectors = place.embedding().vectors().get(index).data();
            System.arraycopy(vectors, 0, own, place.at() * width, vectors.length);
            Arrays.fill(kept, place.at(), place.at() + place.embedding().length(), 0);
        }
        Map<String, OnnxTensor> inputs = new HashMap<>();
        inputs.put("ids", Network.longs(padded, 1, ids.length));
        inputs.put("own", Network.floats(new Tensor(own, 1, ids.length, width)));
        inputs.put("kept", Network.floats(new Tensor(kept, 1, ids.length, 1)));
        if (tower.pooledWidth() > 0) {
            inputs.put("ends", Network.longs(new long[] {end}, 1));
        }
        return inputs;
    }

    /** Where a sequence ends: the end has the highest number of all tokens. */
    private static int end(int[] ids) {
        int end = 0;
        for (int i = 1; i < ids.length; i++) {
            end = ids[i] > ids[end] ? i : end;
        }
        return end;
    }

    private static Tensor beside(Tensor a, Tensor b) {
        int left = a.size(2);
        int right = b.size(2);
        int count = a.size(0) * a.size(1);
        float[] both = new float[count * (left + right)];
        for (int i = 0; i < count; i++) {
            System.arraycopy(a.data(), i * left, both, i * (left + right), left);
            System.arraycopy(b.data(), i * right, both, i * (left + right) + left, right);
        }
        return new Tensor(both, a.size(0), a.size(1), left + right);
    }

    /**
     * What the U-Net sees in latents.
     *
     * @param x [b, 4, h, w] noisy latents as the network was trained on them: variance 1
     * @param timesteps [b] from 0 to 999, fractions allowed
     * @param conditioning its context [b, 77·k, w] is encoded text, k prompts side by side
     * @return [b, 4, h, w]; on a CPU each row's bits do not depend on the other rows
     */
    public Tensor predictNoise(Tensor x, float[] timesteps, Conditioning conditioning) {
        return predictNoise(x, timesteps, conditioning, Adapters.NONE);
    }

    /** The same with changes to the U-Net. */
    public Tensor predictNoise(
            Tensor x, float[] timesteps, Conditioning conditioning, Adapters adapters) {
        int rows = timesteps.length;
        Tensor context = conditioning.context();
        Tensor vector = conditioning.vector();
        Tensor image = conditioning.image();
        requireShape(x, rows, config.vae().latentChannels(), -1, -1);
        requireShape(context, rows, -1, config.unet().contextWidth());
        require(
                vector.size(1) == config.unet().vectorWidth(),
                "a vector of %d numbers".formatted(config.unet().vectorWidth()),
                vector.size(1));
        if (config.imageChannels() > 0) {
            requireShape(image, rows, config.imageChannels(), x.size(2), x.size(3));
        }
        return run(
                inputs -> unet.run(inputs, 0, adapters, wrapped),
                rows,
                device.runsRowsTogether() ? rows : 1,
                (from, to) -> {
                    Map<String, OnnxTensor> inputs = new HashMap<>();
                    Tensor latents = x.rows(from, to);
                    inputs.put(
                            "x",
                            Network.floats(
                                    config.imageChannels() == 0
                                            ? latents
                                            : stacked(latents, image.rows(from, to))));
                    float[] when = Arrays.copyOfRange(timesteps, from, to);
                    inputs.put("timesteps", Network.floats(new Tensor(when, when.length)));
                    inputs.put("context", Network.floats(context.rows(from, to)));
                    if (vector.size(1) > 0) {
                        inputs.put("vector", Network.floats(vector.rows(from, to)));
                    }
                    return inputs;
                });
    }

    /**
     * The U-Net with changes. Equal to others of the same networks, with the same edges and
     * changes: their rows may share a call.
     */
    public NoisePredictor predictor(Adapters adapters) {
        return new Predictor(owner, wrapped, adapters);
    }

    /**
     * Makes the networks ready for changes, which may take as long as to load them where no adapter
     * has been yet. Whoever is served first with changes that nobody has prepared waits as long,
     * and all that wait for the device with it.
     */
    public void prepare(Adapters adapters) {
        if (wrapped || !adapters.changes().isEmpty()) {
            run(() -> {
                unet.prepare(adapters, wrapped);
                return null;
            });
        }
    }

    private record Predictor(Networks owner, boolean wrapped, Adapters adapters)
            implements NoisePredictor {
        @Override
        public Tensor predict(Tensor x, float[] timesteps, Conditioning conditioning) {
            Networks seen = wrapped ? owner.wrapped() : owner;
            return seen.predictNoise(x, timesteps, conditioning, adapters);
        }
    }

    /** In each row the channels of one picture after those of another. */
    private static Tensor stacked(Tensor a, Tensor b) {
        int left = a.data().length / a.size(0);
        int right = b.data().length / b.size(0);
        float[] both = new float[a.data().length + b.data().length];
        for (int row = 0; row < a.size(0); row++) {
            int at = row * (left + right);
            System.arraycopy(a.data(), row * left, both, at, left);
            System.arraycopy(b.data(), row * right, both, at + left, right);
        }
        return new Tensor(both, a.size(0), a.size(1) + b.size(1), a.size(2), a.size(3));
    }

    /**
     * The pictures that latents stand for; large ones tile by tile, see {@link VaeTiles}.
     *
     * @param latents [b, 4, h, w] as a sampler returns them, not yet divided by the latent scale
     * @return [b, 3, 8h, 8w], −1 to 1 but not clamped
     */
    public Tensor decode(Tensor latents) {
        requireShape(latents, -1, config.vae().latentChannels(), -1, -1);
        return halved(owner.decoder, latents, VaeTiles.PIXELS_PER_LATENT, 1);
    }

    private static Tensor rows(Tensor x, UnaryOperator<Tensor> network) {
        var outputs = new Tensor[x.size(0)];
        for (int row = 0; row < outputs.length; row++) {
            outputs[row] = network.apply(x.rows(row, row + 1));
        }
        return Tensor.concatenate(outputs);
    }

    /**
     * The latents that stand for pictures: the mean of what the autoencoder thinks possible. Loads
     * its encoder when it is first called.
     *
     * @param pictures [b, 3, 8h, 8w], −1 to 1
     * @return [b, 4, h, w], multiplied with the latent scale
     */
    public Tensor encode(Tensor pictures) {
        requireShape(pictures, -1, 3, -1, -1);
        require(
                pictures.size(2) % 8 == 0 && pictures.size(3) % 8 == 0,
                "pictures whose sides are multiples of 8",
                Arrays.toString(pictures.shape()));
        return halved(encoder(), pictures, 1, VaeTiles.PIXELS_PER_LATENT);
    }

    /** Row by row. */
    private Tensor halved(VaeHalf half, Tensor x, int times, int over) {
        var runs =
                new VaePortions.Half() {
                    @Override
                    public Tensor whole(Tensor x) {
                        return locked(() -> half.run(x, wrapped));
                    }

                    @Override
                    public VaePortions.Pieces pieces() {
                        return locked(() -> leased(half.pieces()));
                    }
                };
        return rows(
                x,
                row -> {
                    var portions =
                            new VaePortions(
                                    runs, vaeTiles.within(device.memory()), times, over, wrapped);
                    return run(() -> portions.of(row));
                });
    }

    private VaePortions.Pieces leased(VaeHalf.Pieces pieces) {
        return new VaePortions.Pieces() {
            @Override
            public Tensor statistics(Tensor small) {
                return locked(() -> pieces.statistics(small));
            }

            @Override
            public Tensor piece(Tensor x, Tensor statistics) {
                return locked(() -> pieces.run(x, statistics));
            }

            @Override
            public void close() {
                pieces.close();
            }
        };
    }

    private VaeHalf encoder() {
        return PlatformThreads.call(owner::ownEncoder);
    }

    private synchronized VaeHalf ownEncoder() {
        open.readLock().lock();
        try {
            requireOpen();
            if (encoder == null) {
                encoder = new VaeHalf(device, graphs::encoder, "picture");
                encoder.load();
            }
            return encoder;
        } finally {
            open.readLock().unlock();
        }
    }

    /** Frees the networks' memory, after the calls under way have returned. */
    @Override
    public void close() {
        open.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                text.forEach(AdaptableNetwork::close);
                if (unet != null) {
                    unet.close();
                }
                for (VaeHalf half : new VaeHalf[] {decoder, encoder}) {
                    if (half != null) {
                        half.close();
                    }
                }
                file.close();
            }
        } finally {
            open.writeLock().unlock();
        }
    }

    private interface Inputs {
        Map<String, OnnxTensor> rows(int from, int to) throws OrtException;
    }

    private interface Run {
        Tensor of(Map<String, OnnxTensor> inputs) throws OrtException;
    }

    private interface Call<T> {
        T of() throws OrtException;
    }

    /** Runs a network for so many rows, some at a time. */
    private Tensor run(Run network, int rows, int atOnce, Inputs inputs) {
        require(rows > 0, "at least one row", rows);
        Call<Tensor> all =
                () -> {
                    var outputs = new ArrayList<Tensor>();
                    for (int row = 0; row < rows; row += atOnce) {
                        outputs.add(network.of(inputs.rows(row, Math.min(rows, row + atOnce))));
                    }
                    return Tensor.concatenate(outputs.toArray(Tensor[]::new));
                };
        // Several at once are tried in parts where memory runs out, which helps more than to wait.
        return atOnce == 1 || rows == 1
                ? run(all)
                : PlatformThreads.call(() -> device.patience().counted(() -> locked(all)));
    }

    private Tensor run(Call<Tensor> call) {
        return PlatformThreads.call(() -> device.patience().call(() -> locked(call)));
    }

    private <T> T locked(Call<T> call) {
        open.readLock().lock();
        try {
            requireOpen();
            return call.of();
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime cannot run %s: %s".formatted(file.name(), e.getMessage()), e);
        } finally {
            open.readLock().unlock();
        }
    }

    private void requireOpen() {
        if (owner.closed) {
            throw new IllegalStateException(file.name() + " has been closed");
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
