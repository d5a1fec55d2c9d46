package huafang.engine.network;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.graph.Value;
import huafang.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Half of an autoencoder: takes pictures whole, or in pieces that are normalised alike. For pieces
 * it is loaded twice more when they first come: once to find means and variances in a picture made
 * small, and once to be given them. Without that, pieces would differ in colour.
 */
final class VaeHalf implements AutoCloseable {
    private final Device device;
    private final Function<GroupStatistics, Value> graph;
    private final Value plain;
    private final String input;
    private Network whole;
    private Network measuring;
    private Network pieces;

    /**
     * Builds it, which tells what is wrong with a checkpoint.
     *
     * @param device that it will run on
     * @param graph its output
     * @param input its input's name
     */
    VaeHalf(Device device, Function<GroupStatistics, Value> graph, String input) {
        this.device = device;
        this.graph = graph;
        this.input = input;
        this.plain = graph.apply(GroupStatistics.OWN);
    }

    /** Loads it, for whole pictures at first. */
    void load() {
        whole = Network.load(device, List.of(plain));
    }

    Tensor run(Tensor x) throws OrtException {
        return whole.run(inputs(x), 0);
    }

    /** What normalises the pieces of a picture, found in that picture made small. */
    Tensor statistics(Tensor small) throws OrtException {
        loadPieces();
        return GroupStatistics.factors(measuring.run(inputs(small), 0), VaeLayers.EPSILON);
    }

    /** Of a piece. */
    Tensor run(Tensor piece, Tensor statistics) throws OrtException {
        var inputs = inputs(piece);
        inputs.put("statistics", Network.floats(statistics));
        return pieces.run(inputs, 0);
    }

    private Map<String, OnnxTensor> inputs(Tensor x) throws OrtException {
        return new HashMap<>(Map.of(input, Network.floats(x)));
    }

    private synchronized void loadPieces() {
        if (pieces == null) {
            var measured = new GroupStatistics.Measured();
            graph.apply(measured);
            Value found = measured.found();
            measuring = Network.load(device, List.of(found));
            var given = new GroupStatistics.Given(found.width(1), found.width(2));
            pieces = Network.load(device, List.of(graph.apply(given)));
        }
    }

    @Override
    public void close() {
        if (whole != null) {
            whole.close();
        }
        if (pieces != null) {
            measuring.close();
            pieces.close();
        }
    }
}
