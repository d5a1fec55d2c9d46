package huafang.engine.network;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.adapter.Adapters;
import huafang.engine.adapter.KroneckerName;
import huafang.engine.graph.Dim;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The inputs through which adapters reach a network: two thin matrices beside each weight that any
 * adapter may ask for, and the factors of Kronecker products beside those that have been asked for.
 * Another adapter is another input of the same network.
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
    private static Value multiplied(Layers l, Weights w, Value x, long out) {
        Value down = l.numbers(input(w, DOWN, rank(w), Dim.of(x.width(-1))));
        Value up = l.numbers(input(w, UP, Dim.of(out), rank(w)));
        return Ops.matMulTransposed(Ops.matMulTransposed(x, down), up);
    }

    /** The Kronecker products among the names of changes that a layer is passed. */
    static List<KroneckerName> kroneckers(Set<String> adapted, Weights w) {
        String begin = w.prefix() + "weight/";
        return adapted.stream()
                .filter(name -> name.startsWith(begin))
                .sorted()
                .map(name -> KroneckerName.of(name).orElseThrow())
                .toList();
    }

    /** Whether a layer is passed a thin change of its weight. */
    static boolean isAdapted(Set<String> adapted, Weights w) {
        return adapted.contains(w.prefix() + "weight");
    }

    /**
     * A layer's product with all changes that it is passed.
     *
     * @param adapted the names of those of the network
     * @param y the product of x with the layer's weight
     */
    static Value added(Layers l, Set<String> adapted, Weights w, Value x, Value y) {
        long out = y.width(-1);
        Value sum = isAdapted(adapted, w) ? Ops.add(y, multiplied(l, w, x, out)) : y;
        for (KroneckerName name : kroneckers(adapted, w)) {
            sum = Ops.add(sum, multiplied(l, name, x, out));
        }
        return sum;
    }

    /**
     * What is added to the product of x with a layer's weight: (A ⊗ B) x is A · X · Bᵀ, where X is
     * x as so many rows as A has columns.
     *
     * @param x [b, in] or [b, n, in]
     */
    private static Value multiplied(Layers l, KroneckerName name, Value x, long out) {
        Dim columns = Dim.of(name.columns());
        Dim inner = Dim.of(x.width(-1) / name.columns());
        Dim height = Dim.of(out / name.rows());
        Value left = l.numbers(input(name, UP, Dim.of(name.rows()), columns));
        Value right = l.numbers(input(name, DOWN, height, inner));
        boolean tokens = x.rank() == 3;
        Value rows =
                tokens
                        ? Ops.reshape(x, x.size(0), x.size(1).times(columns), inner)
                        : Ops.reshape(x, x.size(0), columns, inner);
        Value product = Ops.matMulTransposed(rows, right);
        if (tokens) {
            product = Ops.reshape(product, x.size(0), x.size(1), columns, height);
        }
        Value sum = Ops.matMulLeft(left, product);
        return tokens
                ? Ops.reshape(sum, x.size(0), x.size(1), Dim.of(out))
                : Ops.reshape(sum, x.size(0), Dim.of(out));
    }

    /**
     * The same for a convolution: each of the parts of x is convolved with B, and A adds them up.
     *
     * @param x [b, in, h, w]
     * @param y what the layer itself makes of it, [b, out, h, w]
     */
    static Value convolved(
            KroneckerName name, Value x, Value y, int kernel, UnaryConvolution convolution) {
        Dim columns = Dim.of(name.columns());
        Dim inner = Dim.of(x.width(1) / name.columns());
        Dim height = Dim.of(y.width(1) / name.rows());
        Dim size = Dim.of(kernel);
        Value left = input(name, UP, Dim.of(name.rows()), columns);
        Value right = input(name, DOWN, height, inner, size, size);
        Value parts = Ops.reshape(x, x.size(0).times(columns), inner, x.size(2), x.size(3));
        Value made = convolution.of(parts, right);
        Dim numbers = Dim.named(made.size(1) + "*" + made.size(2) + "*" + made.size(3));
        Value flat = Ops.reshape(made, made.size(0), Dim.of(1), numbers);
        Value sum = Ops.matMulLeft(left, Ops.reshape(flat, x.size(0), columns, numbers));
        return Ops.reshapeLike(sum, y);
    }

    /** A picture convolved with a kernel. */
    interface UnaryConvolution {
        Value of(Value picture, Value kernel);
    }

    private static Value input(KroneckerName name, String side, Dim... shape) {
        return Value.input(name + side, Type.FLOAT, shape);
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
            Optional<KroneckerName> kronecker = KroneckerName.of(weight.getKey());
            Adapters.Change change = adapters.changes().get(weight.getKey());
            long[] down = shape.stream().mapToLong(Long::longValue).toArray();
            long[] up = down.clone();
            if (kronecker.isPresent()) {
                up = new long[] {kronecker.get().rows(), kronecker.get().columns()};
                down[0] /= up[0];
                down[1] /= up[1];
                change = change == null ? nothing(count(up), count(down)) : change;
            } else {
                change = change == null ? nothing(down[0], count(down) / down[0]) : change;
                down[0] = change.rank();
                for (int i = 1; i < up.length; i++) {
                    up[i] = i == 1 ? change.rank() : 1;
                }
            }
            inputs.put(weight.getKey() + UP, Network.floats(change.up(), up));
            inputs.put(weight.getKey() + DOWN, Network.floats(change.down(), down));
        }
    }

    private static long count(long[] shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
}
