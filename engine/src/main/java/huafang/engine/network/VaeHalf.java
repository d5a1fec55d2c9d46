package huafang.engine.network;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.adapter.Adapters;
import huafang.engine.graph.Value;
import huafang.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Half of an autoencoder: takes pictures whole, or in pieces that are normalised alike. For pieces
 * it is loaded twice more while they come: once to find means and variances in a picture made
 * small, and once to be given them. Without that, pieces would differ in colour. It runs one at a
 * time: a picture takes gigabytes on the way, and pictures that were begun together end together.
 */
final class VaeHalf implements AutoCloseable {
    private final Graph graph;
    private final String input;
    private final Loading loading;
    private final AdaptableNetwork whole;
    private final Lock alone = new ReentrantLock(true);
    private Loaded loaded; // while somebody uses it
    private int users;

    /**
     * The networks that pieces need.
     *
     * @param measuring finds means and variances
     * @param given is given them
     */
    private record Loaded(Network measuring, Network given) implements AutoCloseable {
        @Override
        public void close() {
            measuring.close();
            given.close();
        }
    }

    /** Loads a network of these outputs. */
    interface Loading {
        Network of(List<Value> outputs);
    }

    /** Its output. */
    interface Graph {
        Value of(GroupStatistics statistics, Borders borders);
    }

    /**
     * Builds it, which tells what is wrong with a checkpoint.
     *
     * @param device that it will run on
     * @param input its input's name
     */
    VaeHalf(Device device, Graph graph, String input) {
        this(device, graph, input, outputs -> Network.load(device, outputs, Network.Use.PICTURES));
    }

    /**
     * The same.
     *
     * @param loading how it is loaded for pieces
     */
    VaeHalf(Device device, Graph graph, String input, Loading loading) {
        this.loading = loading;
        this.graph = graph;
        this.input = input;
        this.whole =
                new AdaptableNetwork(
                        device,
                        Network.Use.PICTURES,
                        (adapted, borders) -> List.of(graph.of(GroupStatistics.OWN, borders)),
                        Map.of());
    }

    /** Loads it, for whole pictures at first. */
    void load() {
        whole.load();
    }

    /**
     * Of a whole picture.
     *
     * @param wrapped whether convolutions see the opposite edge
     */
    Tensor run(Tensor x, boolean wrapped) throws OrtException {
        return alone(() -> {
            try {
                return whole.run(inputs(x), 0, Adapters.NONE, wrapped);
            } catch (OrtException | RuntimeException | OutOfMemoryError problem) {
                if (Shortage.isReasonOf(problem)) {
                    whole.close(); // or it would keep what it has taken so far
                }
                throw problem;
            }
        });
    }

    /**
     * What takes pictures in pieces, loaded for the first of those who use it at once and freed by
     * the last: it keeps two more copies of the weights.
     *
     * @throws IllegalStateException if it cannot be loaded
     */
    Pieces pieces() {
        synchronized (this) {
            if (loaded == null) {
                loaded = loadedPieces();
            }
            users++;
            return new Pieces(loaded);
        }
    }

    /** What one picture uses. */
    final class Pieces implements AutoCloseable {
        private final Loaded networks;
        private boolean closed;

        private Pieces(Loaded networks) {
            this.networks = networks;
        }

        /** What normalises the pieces of a picture, found in that picture made small. */
        Tensor statistics(Tensor small) throws OrtException {
            return GroupStatistics.factors(
                    alone(() -> networks.measuring.run(inputs(small), 0)), VaeLayers.EPSILON);
        }

        /** Of a piece. */
        Tensor run(Tensor piece, Tensor statistics) throws OrtException {
            var inputs = inputs(piece);
            inputs.put("statistics", Network.floats(statistics));
            return alone(() -> networks.given.run(inputs, 0));
        }

        @Override
        public void close() {
            synchronized (VaeHalf.this) {
                if (!closed && --users == 0) {
                    loaded = null;
                    networks.close();
                }
                closed = true;
            }
        }
    }

    private interface Run {
        Tensor output() throws OrtException;
    }

    private Tensor alone(Run run) throws OrtException {
        alone.lock();
        try {
            return run.output();
        } finally {
            alone.unlock();
        }
    }

    private Map<String, OnnxTensor> inputs(Tensor x) throws OrtException {
        return new HashMap<>(Map.of(input, Network.floats(x)));
    }

    private Loaded loadedPieces() {
        var measured = new GroupStatistics.Measured();
        graph.of(measured, Borders.ZEROS);
        Value found = measured.found();
        var given = new GroupStatistics.Given(found.width(1), found.width(2));
        List<Value> output = List.of(graph.of(given, Borders.ZEROS));
        Network measuring = loading.of(List.of(found));
        try {
            return new Loaded(measuring, loading.of(output));
        } catch (RuntimeException | Error failed) {
            measuring.close();
            throw failed;
        }
    }

    /** Nobody may be using it any more. */
    @Override
    public void close() {
        whole.close();
    }
}
