package huafang.engine.network;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.adapter.Adapters;
import huafang.engine.graph.Dim;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The inputs through which adapters reach a network: two thin matrices beside each weight that any
 * adapter may ask for. Another adapter is another input of the same network.
 */
final class AdapterInputs {
    private static final String UP = "/up";
    private static final String DOWN = "/down";

    private static final Map<List<Long>, Adapters.Change> NOTHING = new ConcurrentHashMap<>();

    private AdapterInputs() {}

    /** What changes nothing, once for each shape: every call passes it for many weights. */
    private static Adapters.Change nothing(long out, long columns) {
        return NOTHING.computeIfAbsent(
                List.of(out, columns),
                shape -> Adapters.Change.none(Math.toIntExact(out), Math.toIntExact(columns)));
    }

    /**
     * What is added to the product of x with a layer's weight.
     *
     * @param l brings the inputs into the format of x
     */
    static Value multiplied(Layers l, Weights w, Value x, long out) {
        Value down = l.numbers(input(w, DOWN, rank(w), Dim.of(x.width(-1))));
        Value up = l.numbers(input(w, UP, Dim.of(out), rank(w)));
        return Ops.matMulTransposed(Ops.matMulTransposed(x, down), up);
    }

    /**
     * A layer's change as two kernels to convolve with, the first [r, c, k, k], then [out, r, 1,
     * 1].
     */
    static List<Value> kernels(Layers l, Weights w, long channels, long out, int kernel) {
        Dim size = Dim.of(kernel);
        Dim one = Dim.of(1);
        return List.of(
                l.numbers(input(w, DOWN, rank(w), Dim.of(channels), size, size)),
                l.numbers(input(w, UP, Dim.of(out), rank(w), one, one)));
    }

    private static Value input(Weights w, String side, Dim... shape) {
        return Value.input(w.prefix() + "weight" + side, Type.FLOAT, shape);
    }

    private static Dim rank(Weights w) {
        return Dim.named(w.prefix() + "rank");
    }

    /** An input of a weight that is changed. */
    static String of(String weight) {
        return weight + UP;
    }

    /**
     * Adds the inputs of a run.
     *
     * @param shapes of the weights that the network is built to have changed
     * @param adapters what is added to them; nothing to those that it does not name
     */
    static void add(
            Map<String, OnnxTensor> inputs, Map<String, List<Long>> shapes, Adapters adapters)
            throws OrtException {
        for (var weight : shapes.entrySet()) {
            List<Long> shape = weight.getValue();
            Adapters.Change change = adapters.changes().get(weight.getKey());
            if (change == null) {
                long columns = shape.stream().skip(1).reduce(1L, Math::multiplyExact);
                change = nothing(shape.getFirst(), columns);
            }
            long[] down = shape.stream().mapToLong(Long::longValue).toArray();
            long[] up = down.clone();
            down[0] = change.rank();
            for (int i = 1; i < up.length; i++) {
                up[i] = i == 1 ? change.rank() : 1;
            }
            inputs.put(weight.getKey() + UP, Network.floats(change.up(), up));
            inputs.put(weight.getKey() + DOWN, Network.floats(change.down(), down));
        }
    }
}
