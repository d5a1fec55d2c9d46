package huafang.engine.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Operators as functions from values to values. Names and meanings are ONNX's, or those of ONNX
 * Runtime's own domain where a function says so; all throw IllegalArgumentException for shapes that
 * do not fit.
 */
public final class Ops {
    static final String ONNX = "";
    static final String MICROSOFT = "com.microsoft";

    private Ops() {}

    public static Value add(Value a, Value b) {
        return elementwise("Add", a, b);
    }

    public static Value mul(Value a, Value b) {
        return elementwise("Mul", a, b);
    }

    public static Value sin(Value x) {
        return unary(ONNX, "Sin", x, Map.of());
    }

    public static Value cos(Value x) {
        return unary(ONNX, "Cos", x, Map.of());
    }

    /** The exact Gaussian error linear unit. */
    public static Value gelu(Value x) {
        return unary(ONNX, "Gelu", x, Map.of());
    }

    /** x · sigmoid(alpha · x), in one pass; SiLU at alpha 1 (ONNX Runtime's own). */
    public static Value quickGelu(Value x, float alpha) {
        return unary(MICROSOFT, "QuickGelu", x, Map.of("alpha", alpha));
    }

    /** x where it is positive, else slope·x. */
    public static Value leakyRelu(Value x, float slope) {
        return unary(ONNX, "LeakyRelu", x, Map.of("alpha", slope));
    }

    /** The same with a slope for each of the channels, which are this one of four dimensions. */
    public static Value leakyRelu(Value x, Value slopes, int channels) {
        require(
                slopes.type() == x.type() && slopes.shape().equals(List.of(x.size(channels))),
                "no slopes for %s: %s",
                x,
                slopes);
        var shape = new Dim[x.rank() - channels];
        Arrays.fill(shape, Dim.of(1));
        shape[0] = slopes.size(0);
        return node(
                ONNX, "PRelu", List.of(x, reshape(slopes, shape)), Map.of(), x.type(), x.shape());
    }

    public static Value cast(Value x, Type type) {
        return x.type() == type
                ? x
                : node(ONNX, "Cast", List.of(x), Map.of("to", (long) type.onnx()), type, x.shape());
    }

    /**
     * x · weightᵀ over the last dimension, for a weight [out, in] as checkpoints keep it (ONNX
     * Runtime's own).
     */
    public static Value matMulTransposed(Value x, Value weight) {
        require(
                weight.rank() == 2
                        && weight.size(1).equals(x.size(-1))
                        && weight.type() == x.type(),
                "cannot multiply %s with the transpose of %s",
                x,
                weight);
        return node(
                MICROSOFT,
                "FusedMatMul",
                List.of(x, weight),
                Map.of("transB", 1L),
                x.type(),
                replaced(x.shape(), x.rank() - 1, weight.size(0)));
    }

    /**
     * Convolution of [b, c, h, w] with [out, c, k, k], k odd, padded so that stride 1 keeps the
     * size.
     */
    public static Value conv(Value x, Value weight, Value bias, int stride) {
        long pad = weight.width(2) / 2;
        return conv(x, weight, bias, stride, pad, pad);
    }

    /** The same without bias. */
    public static Value conv(Value x, Value weight, int stride) {
        return conv(x, weight, null, stride);
    }

    /**
     * Halves height and width of [b, c, h, w], both even, by a convolution with [out, c, 3, 3] that
     * is padded at the bottom and at the right alone.
     */
    public static Value convHalving(Value x, Value weight, Value bias) {
        return conv(x, weight, bias, 2, 0, 1);
    }

    private static Value conv(
            Value x, Value weight, Value bias, int stride, long before, long after) {
        require(
                x.rank() == 4
                        && weight.rank() == 4
                        && weight.size(1).equals(x.size(1))
                        && weight.type() == x.type()
                        && (bias == null
                                || bias.type() == x.type()
                                        && bias.shape().equals(List.of(weight.size(0)))),
                "cannot convolve %s with %s and bias %s",
                x,
                weight,
                bias);
        long kernel = weight.width(2);
        List<Dim> shape =
                List.of(
                        x.size(0),
                        weight.size(0),
                        strided(x.size(2), stride),
                        strided(x.size(3), stride));
        return node(
                ONNX,
                "Conv",
                bias == null ? List.of(x, weight) : List.of(x, weight, bias),
                Map.of(
                        "kernel_shape", new long[] {kernel, kernel},
                        "pads", new long[] {before, before, after, after},
                        "strides", new long[] {stride, stride}),
                x.type(),
                shape);
    }

    /**
     * Normalises every [b, c] slice to mean 0 and variance 1, then scales and shifts it per
     * channel.
     */
    public static Value instanceNorm(Value x, Value scale, Value shift, float epsilon) {
        require(
                scale.shape().equals(List.of(x.size(1))) && shift.shape().equals(scale.shape()),
                "cannot normalise %s with scale %s and shift %s",
                x,
                scale,
                shift);
        return node(
                ONNX,
                "InstanceNormalization",
                List.of(x, scale, shift),
                Map.of("epsilon", epsilon),
                x.type(),
                x.shape());
    }

    /**
     * Normalises every group of channels of [b, c, h, w] to mean 0 and variance 1, then scales and
     * shifts per channel.
     */
    public static Value groupNorm(Value x, Value scale, Value shift, int groups, float epsilon) {
        require(
                x.width(1) % groups == 0
                        && scale.shape().equals(List.of(x.size(1)))
                        && shift.shape().equals(scale.shape())
                        && scale.type() == x.type()
                        && shift.type() == x.type(),
                "cannot normalise %s in %d groups with scale %s and shift %s",
                x,
                groups,
                scale,
                shift);
        return node(
                ONNX,
                "GroupNormalization",
                List.of(x, scale, shift),
                Map.of("epsilon", epsilon, "num_groups", (long) groups),
                x.type(),
                x.shape());
    }

    /** Normalises over the last dimension, then scales and shifts. */
    public static Value layerNorm(Value x, Value scale, Value shift, float epsilon) {
        require(
                scale.shape().equals(List.of(x.size(-1)))
                        && shift.shape().equals(scale.shape())
                        && scale.type() == x.type()
                        && shift.type() == x.type(),
                "cannot normalise %s with scale %s and shift %s",
                x,
                scale,
                shift);
        return node(
                ONNX,
                "LayerNormalization",
                List.of(x, scale, shift),
                Map.of("epsilon", epsilon),
                x.type(),
                x.shape());
    }

    /**
     * Scaled dot-product attention of [b, n, c] over [b, m, c], the channels divided among the
     * heads (ONNX Runtime's own).
     *
     * @param causal whether a position sees only itself and those before it
     */
    public static Value attention(Value query, Value key, Value value, int heads, boolean causal) {
        require(
                query.rank() == 3
                        && query.width(2) % heads == 0
                        && key.type() == query.type()
                        && value.type() == query.type()
                        && key.shape().equals(value.shape())
                        && key.shape().equals(replaced(query.shape(), 1, key.size(1))),
                "%s cannot attend to %s and %s with %d heads",
                query,
                key,
                value,
                heads);
        return node(
                MICROSOFT,
                "MultiHeadAttention",
                List.of(query, key, value),
                Map.of("num_heads", (long) heads, "unidirectional", causal ? 1L : 0L),
                query.type(),
                query.shape());
    }

    /** x · weight over the last dimension, for a weight [in, out]. */
    public static Value matMul(Value x, Value weight) {
        require(
                weight.rank() == 2
                        && weight.size(0).equals(x.size(-1))
                        && weight.type() == x.type(),
                "cannot multiply %s with %s",
                x,
                weight);
        return node(
                ONNX,
                "MatMul",
                List.of(x, weight),
                Map.of(),
                x.type(),
                replaced(x.shape(), x.rank() - 1, weight.size(1)));
    }

    /** A matrix [a, b] times each [b, c] in x [..., b, c]: [..., a, c]. */
    public static Value matMulLeft(Value matrix, Value x) {
        require(
                matrix.rank() == 2
                        && matrix.size(1).equals(x.size(-2))
                        && matrix.type() == x.type(),
                "cannot multiply %s with %s",
                matrix,
                x);
        return node(
                ONNX,
                "MatMul",
                List.of(matrix, x),
                Map.of(),
                x.type(),
                replaced(x.shape(), x.rank() - 2, matrix.size(0)));
    }

    /** One row of each [n, c] in x [b, n, c], by their numbers [b]: [b, c]. */
    public static Value pick(Value x, Value rows) {
        require(
                x.rank() == 3 && rows.shape().equals(List.of(x.size(0))),
                "cannot pick rows %s of %s",
                rows,
                x);
        return node(
                ONNX,
                "GatherND",
                List.of(x, reshape(rows, rows.size(0), Dim.of(1))),
                Map.of("batch_dims", 1L),
                x.type(),
                List.of(x.size(0), x.size(2)));
    }

    /** The rows of a table [n] or [n, c] with these numbers. */
    public static Value gather(Value table, Value rows) {
        require(
                (rows.type() == Type.INT64 || rows.type() == Type.INT32)
                        && table.rank() >= 1
                        && table.rank() <= 2,
                "cannot look %s up in %s",
                rows,
                table);
        var shape = new ArrayList<>(rows.shape());
        shape.addAll(table.shape().subList(1, table.rank()));
        return node(ONNX, "Gather", List.of(table, rows), Map.of("axis", 0L), table.type(), shape);
    }

    public static Value concat(Value a, Value b, int axis) {
        require(
                replaced(a.shape(), axis, b.size(axis)).equals(b.shape()) && a.type() == b.type(),
                "cannot put %s beside %s along dimension %d",
                b,
                a,
                axis);
        return node(
                ONNX,
                "Concat",
                List.of(a, b),
                Map.of("axis", (long) axis),
                a.type(),
                replaced(a.shape(), axis, a.size(axis).plus(b.size(axis))));
    }

    /** From one index to before another along a dimension. */
    public static Value slice(Value x, int dimension, long from, long to) {
        return node(
                ONNX,
                "Slice",
                List.of(
                        x,
                        Value.constant(new long[] {from}, 1),
                        Value.constant(new long[] {to}, 1),
                        Value.constant(new long[] {dimension}, 1)),
                Map.of(),
                x.type(),
                replaced(x.shape(), dimension, Dim.of(to - from)));
    }

    /**
     * Makes a picture larger by what lies at its opposite edges.
     *
     * @param edges by how much, at the beginning of each dimension and then at the end, [8]
     * @param height the dimension of its lines, before that of its columns
     */
    public static Value wrap(Value x, Value edges, int height) {
        require(x.rank() == 4 && edges.type() == Type.INT64, "cannot wrap %s by %s", x, edges);
        return node(
                ONNX,
                "Pad",
                List.of(x, edges),
                Map.of("mode", "wrap"),
                x.type(),
                replaced(
                        replaced(x.shape(), height, Dim.named("wrapped " + x.size(height))),
                        height + 1,
                        Dim.named("wrapped " + x.size(height + 1))));
    }

    /**
     * The inner part of a picture.
     *
     * @param from where it begins, down and across, [2]
     * @param to where it ends, likewise; below 0 counts from the end
     * @param shape that it then has
     * @param height the dimension of its lines, before that of its columns
     */
    public static Value cut(Value x, Value from, Value to, List<Dim> shape, int height) {
        require(
                x.rank() == 4 && shape.size() == 4 && from.type() == Type.INT64,
                "cannot cut %s to %s",
                x,
                shape);
        return node(
                ONNX,
                "Slice",
                List.of(x, from, to, Value.constant(new long[] {height, height + 1}, 2)),
                Map.of(),
                x.type(),
                shape);
    }

    /** The mean over the last dimension, which stays as 1. */
    public static Value mean(Value x) {
        int last = x.rank() - 1;
        return node(
                ONNX,
                "ReduceMean",
                List.of(x, Value.constant(new long[] {last}, 1)),
                Map.of("keepdims", 1L),
                x.type(),
                replaced(x.shape(), last, Dim.of(1)));
    }

    /** The first and the second half of the last dimension. */
    public static List<Value> halves(Value x) {
        require(x.width(-1) % 2 == 0, "cannot halve the last dimension of %s", x);
        int axis = x.rank() - 1;
        Value first =
                node(
                        ONNX,
                        "Split",
                        List.of(x),
                        Map.of("axis", (long) axis, "num_outputs", 2L),
                        x.type(),
                        replaced(x.shape(), axis, Dim.of(x.width(axis) / 2)),
                        2);
        return List.of(first, new Value(first.source(), 1, first.type(), first.shape()));
    }

    public static Value transpose(Value x, int... order) {
        int[] sorted = Arrays.stream(order).sorted().toArray();
        require(
                Arrays.equals(sorted, java.util.stream.IntStream.range(0, x.rank()).toArray()),
                "%s is no order for the dimensions of %s",
                Arrays.toString(order),
                x);
        return node(
                ONNX,
                "Transpose",
                List.of(x),
                Map.of("perm", Arrays.stream(order).asLongStream().toArray()),
                x.type(),
                Arrays.stream(order).mapToObj(x::size).toList());
    }

    /**
     * The same numbers in another shape. At most one length may be unknown beside those that x has
     * in the same place; use {@link #reshapeLike} where there are more.
     */
    public static Value reshape(Value x, Dim... shape) {
        long[] target = new long[shape.length];
        boolean inferred = false;
        for (int i = 0; i < shape.length; i++) {
            boolean kept = i < x.rank() && shape[i].equals(x.size(i));
            require(
                    shape[i].known() || kept || !inferred,
                    "cannot reshape %s to %s: too many unknown lengths",
                    x,
                    Arrays.toString(shape));
            inferred |= !shape[i].known() && !kept;
            // ONNX: 0 copies the input's length, −1 is what is left.
            target[i] = shape[i].known() ? shape[i].size() : kept ? 0 : -1;
        }
        requireSameCount(x, List.of(shape));
        return node(
                ONNX,
                "Reshape",
                List.of(x, Value.constant(target, target.length)),
                Map.of(),
                x.type(),
                List.of(shape));
    }

    /** The same numbers in the shape of another value. */
    public static Value reshapeLike(Value x, Value other) {
        if (other.shape().stream().skip(1).allMatch(Dim::known)
                && other.size(0).equals(x.size(0))) {
            return reshape(x, other.shape().toArray(Dim[]::new));
        }
        requireSameCount(x, other.shape());
        return node(
                ONNX, "Reshape", List.of(x, shapeOf(other, 0)), Map.of(), x.type(), other.shape());
    }

    /** Doubles height and width of [b, c, h, w], every value four times. */
    public static Value upsampleNearest(Value x) {
        return upsampleNearest(x, 2);
    }

    /** Multiplies height and width of [b, c, h, w], every value in a square of so many. */
    public static Value upsampleNearest(Value x, int factor) {
        return upsampleNearest(x, factor, 2);
    }

    /** The same where height and width are these two of four dimensions: this one and the next. */
    public static Value upsampleNearest(Value x, int factor, int height) {
        if (factor == 1) {
            return x;
        }
        float[] factors = {1, 1, 1, 1};
        var shape = new ArrayList<>(x.shape());
        for (int i = height; i < height + 2; i++) {
            factors[i] = factor;
            shape.set(i, x.size(i).map(factor + "*%s", size -> factor * size));
        }
        return resize(Arrays.asList(x, null, Value.constant(factors, 4)), shape);
    }

    /**
     * Squares of pixels as channels: [b, c, h·r, w·r] as [b, c·r·r, h, w], a channel's square
     * together, row by row. PyTorch's pixel_unshuffle.
     */
    public static Value pixelsToChannels(Value x, int side) {
        if (side == 1) {
            return x;
        }
        // ONNX puts the channels of each of a square's pixels together.
        int channels = Math.toIntExact(x.width(1));
        long[] order = new long[channels * side * side];
        for (int i = 0; i < order.length; i++) {
            order[i] = i % (side * side) * channels + i / (side * side);
        }
        List<Dim> shape =
                List.of(
                        x.size(0),
                        Dim.of(order.length),
                        x.size(2).map("%s/" + side, size -> size / side),
                        x.size(3).map("%s/" + side, size -> size / side));
        Value together =
                node(
                        ONNX,
                        "SpaceToDepth",
                        List.of(x),
                        Map.of("blocksize", (long) side),
                        x.type(),
                        shape);
        return node(
                ONNX,
                "Gather",
                List.of(together, Value.constant(order, order.length)),
                Map.of("axis", 1L),
                x.type(),
                shape);
    }

    /** The other way round: [b, c·r·r, h, w] as [b, c, h·r, w·r]. PyTorch's pixel_shuffle. */
    public static Value channelsToPixels(Value x, int side) {
        return node(
                ONNX,
                "DepthToSpace",
                List.of(x),
                Map.of("blocksize", (long) side, "mode", "CRD"),
                x.type(),
                times(x, side * side, side));
    }

    /** A shape of so many times fewer channels, and so many times the height and width. */
    private static List<Dim> times(Value x, int fewer, int factor) {
        return List.of(
                x.size(0),
                Dim.of(x.width(1) / fewer),
                x.size(2).map(factor + "*%s", size -> factor * size),
                x.size(3).map(factor + "*%s", size -> factor * size));
    }

    /**
     * Brings height and width of [b, c, h, w] to those of another value, taking the nearest value
     * above and to the left.
     */
    public static Value resizeNearestLike(Value x, Value other) {
        return resizeNearestLike(x, other, 2);
    }

    /** The same where height and width are these two of four dimensions: this one and the next. */
    public static Value resizeNearestLike(Value x, Value other, int height) {
        var shape = new ArrayList<>(x.shape());
        shape.set(height, other.size(height));
        shape.set(height + 1, other.size(height + 1));
        if (shape.equals(x.shape())) {
            return x;
        }
        Value sizes = concatSizes(shapeOf(x, 0, height), shapeOf(other, height, height + 2));
        Value all = height == 2 ? sizes : concatSizes(sizes, shapeOf(x, height + 2, 4));
        return resize(Arrays.asList(x, null, null, all), shape);
    }

    private static Value resize(List<Value> inputs, List<Dim> shape) {
        return node(
                ONNX,
                "Resize",
                inputs,
                Map.of(
                        "mode", "nearest",
                        "nearest_mode", "floor",
                        "coordinate_transformation_mode", "asymmetric"),
                inputs.getFirst().type(),
                shape);
    }

    private static Value concatSizes(Value a, Value b) {
        return node(
                ONNX,
                "Concat",
                List.of(a, b),
                Map.of("axis", 0L),
                Type.INT64,
                List.of(a.size(0).plus(b.size(0))));
    }

    private static Value shapeOf(Value x, int from) {
        return shapeOf(x, from, x.rank());
    }

    private static Value shapeOf(Value x, int from, int to) {
        return node(
                ONNX,
                "Shape",
                List.of(x),
                Map.of("start", (long) from, "end", (long) to),
                Type.INT64,
                Dim.list(to - from));
    }

    private static Value unary(
            String domain, String name, Value x, Map<String, Object> attributes) {
        return node(domain, name, List.of(x), attributes, x.type(), x.shape());
    }

    private static Value elementwise(String name, Value a, Value b) {
        require(a.type() == b.type(), "%s of %s and %s: two formats", name, a, b);
        int rank = Math.max(a.rank(), b.rank());
        var shape = new ArrayList<Dim>();
        for (int i = -rank; i < 0; i++) {
            Dim one = Dim.of(1);
            Dim left = -i > a.rank() ? one : a.size(i);
            Dim right = -i > b.rank() ? one : b.size(i);
            require(
                    left.equals(right) || left.equals(one) || right.equals(one),
                    "%s of %s and %s: %s is not %s",
                    name,
                    a,
                    b,
                    left,
                    right);
            shape.add(left.equals(one) ? right : left);
        }
        return node(ONNX, name, List.of(a, b), Map.of(), a.type(), shape);
    }

    static Dim strided(Dim size, int stride) {
        return stride == 1
                ? size
                : size.map("ceil(%s/" + stride + ")", length -> Math.ceilDiv(length, stride));
    }

    static List<Dim> replaced(List<Dim> shape, int dimension, Dim size) {
        var changed = new ArrayList<>(shape);
        changed.set(dimension, size);
        return changed;
    }

    private static void requireSameCount(Value x, List<Dim> shape) {
        if (x.shape().stream().allMatch(Dim::known) && shape.stream().allMatch(Dim::known)) {
            require(count(x.shape()) == count(shape), "cannot reshape %s to %s", x, shape);
        }
    }

    private static long count(List<Dim> shape) {
        return shape.stream().mapToLong(Dim::size).reduce(1, (a, b) -> a * b);
    }

    static void require(boolean fits, String message, Object... parts) {
        if (!fits) {
            throw new IllegalArgumentException(message.formatted(parts));
        }
    }

    static Value node(
            String domain,
            String name,
            List<Value> inputs,
            Map<String, Object> attributes,
            Type type,
            List<Dim> shape) {
        return node(domain, name, inputs, attributes, type, shape, 1);
    }

    private static Value node(
            String domain,
            String name,
            List<Value> inputs,
            Map<String, Object> attributes,
            Type type,
            List<Dim> shape,
            int outputs) {
        List<AttributeProto> protos =
                attributes.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(entry -> attribute(entry.getKey(), entry.getValue()))
                        .toList();
        return new Value(
                new Value.Operation(domain, name, inputs, protos, outputs), 0, type, shape);
    }

    private static AttributeProto attribute(String name, Object value) {
        var proto = AttributeProto.newBuilder().setName(name);
        switch (value) {
            case Long number -> proto.setType(AttributeProto.AttributeType.INT).setI(number);
            case Float number -> proto.setType(AttributeProto.AttributeType.FLOAT).setF(number);
            case String text ->
                    proto.setType(AttributeProto.AttributeType.STRING)
                            .setS(
                                    com.google.protobuf.ByteString.copyFrom(
                                            text, StandardCharsets.UTF_8));
            case long[] numbers ->
                    proto.setType(AttributeProto.AttributeType.INTS)
                            .addAllInts(LongStream.of(numbers).boxed().toList());
            default -> throw new IllegalArgumentException("no attribute of " + value.getClass());
        }
        return proto.build();
    }
}
