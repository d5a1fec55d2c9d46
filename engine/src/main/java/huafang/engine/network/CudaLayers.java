package huafang.engine.network;

import huafang.engine.adapter.KroneckerName;
import huafang.engine.graph.Dim;
import huafang.engine.graph.FusedOps;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The layers in the form that ONNX Runtime's CUDA kernels compute fastest: pictures as [b, h, w,
 * c], most numbers in half precision, and its fused operators, none of which its own optimiser
 * makes. Weights are rearranged as the runtime loads them, by folding constants: on the processor,
 * in memory that is free again when the network is loaded; on the device nothing is kept twice.
 */
final class CudaLayers implements Layers {
    private static final int GROUPS = 32;

    /** Widths that the runtime's kernels were written for. */
    private static final Set<Long> SPLIT_GELU = Set.of(2560L, 5120L, 6144L, 10240L, 12288L);

    private static final Set<Long> BIAS_ADD = Set.of(320L, 640L, 1280L);

    private final Set<String> adapted;
    private final Type type;
    private final Type attentionType;
    private final Borders borders;
    private final boolean everyWidth;

    /**
     * @param adapted names of the weights beside which every run is passed a change
     * @param type what is computed with
     * @param attentionType what attention is computed with: Stable Diffusion 2.x overflows in half
     *     precision
     * @param borders what convolutions see beyond edges
     */
    CudaLayers(Set<String> adapted, Type type, Type attentionType, Borders borders) {
        this(adapted, type, attentionType, borders, false);
    }

    /**
     * @param everyWidth as if the kernels took layers of every width
     */
    CudaLayers(
            Set<String> adapted,
            Type type,
            Type attentionType,
            Borders borders,
            boolean everyWidth) {
        this.borders = borders;
        this.adapted = adapted;
        this.type = type;
        this.attentionType = attentionType;
        this.everyWidth = everyWidth;
    }

    @Override
    public Value enter(Value picture) {
        return Ops.transpose(numbers(picture), 0, 2, 3, 1);
    }

    @Override
    public Value leave(Value picture) {
        return Ops.cast(Ops.transpose(picture, 0, 3, 1, 2), Type.FLOAT);
    }

    @Override
    public Value numbers(Value floats) {
        return Ops.cast(floats, type);
    }

    @Override
    public long channels(Value picture) {
        return picture.width(3);
    }

    @Override
    public Value conv(Weights w, Value x, long out, int kernel, int stride) {
        Value bias = w.get(type, "bias", out);
        Value y;
        if (kernel == 1 && stride == 1) {
            Value weight = w.get(type, "weight", out, channels(x), 1, 1);
            Value matrix = Ops.reshape(weight, Dim.of(out), x.size(3));
            y = Ops.add(Ops.matMulTransposed(x, matrix), bias);
        } else {
            y = convolved(x, kernel(w, x, out, kernel), bias, stride);
        }
        Value sum = y;
        if (AdapterInputs.isAdapted(adapted, w)) {
            List<Value> change = AdapterInputs.kernels(this, w, channels(x), out, kernel);
            Value down = convolved(x, channelsLast(change.get(0)), null, stride);
            sum = Ops.add(sum, FusedOps.conv(down, channelsLast(change.get(1)), null, 1, 0, 0));
        }
        for (KroneckerName name : AdapterInputs.kroneckers(adapted, w)) {
            Value change =
                    AdapterInputs.convolved(
                            name,
                            leave(x),
                            leave(y),
                            kernel,
                            (picture, right) -> borders.conv(picture, right, null, stride));
            sum = Ops.add(sum, enter(change));
        }
        return sum;
    }

    /**
     * @param kernel [out, k, k, c]
     */
    private Value convolved(Value x, Value kernel, Value bias, int stride) {
        long pad = kernel.width(1) / 2;
        UnaryOperator<Value> conv = seen -> FusedOps.conv(seen, kernel, bias, stride, pad, pad);
        return pad == 0 ? conv.apply(x) : borders.seenBy(x, stride, 1, conv);
    }

    @Override
    public Value convHalving(Weights w, Value x, long out) {
        return FusedOps.conv(x, kernel(w, x, out, 3), w.get(type, "bias", out), 2, 0, 1);
    }

    private Value kernel(Weights w, Value x, long out, int size) {
        return channelsLast(w.get(type, "weight", out, channels(x), size, size));
    }

    /** A kernel [out, c, k, k] as [out, k, k, c]. */
    private static Value channelsLast(Value kernel) {
        return Ops.transpose(kernel, 0, 2, 3, 1);
    }

    @Override
    public Value linear(Weights w, Value x, long out) {
        return Ops.add(product(w, x, out), w.get(type, "bias", out));
    }

    @Override
    public Value addLinear(Value added, Weights w, Value x) {
        long out = added.width(-1);
        return everyWidth || BIAS_ADD.contains(out)
                ? FusedOps.biasAdd(product(w, x, out), w.get(type, "bias", out), added)
                : Ops.add(added, linear(w, x, out));
    }

    private Value product(Weights w, Value x, long out) {
        Value y = Ops.matMulTransposed(x, w.get(type, "weight", out, x.width(-1)));
        return AdapterInputs.added(this, adapted, w, x, y);
    }

    private boolean isChanged(Weights w) {
        return AdapterInputs.isAdapted(adapted, w)
                || !AdapterInputs.kroneckers(adapted, w).isEmpty();
    }

    @Override
    public Value groupNorm(Weights w, Value x, float epsilon) {
        return normal(w, x, epsilon, false);
    }

    @Override
    public Value groupNormSilu(Weights w, Value x, float epsilon) {
        return normal(w, x, epsilon, true);
    }

    @Override
    public Value groupNormSilu(Weights w, Value x, Value added, float epsilon) {
        long c = channels(x);
        if (!isFused(c)) {
            Dim one = Dim.of(1);
            Value sum = Ops.add(x, Ops.reshape(added, added.size(0), one, one, Dim.of(c)));
            return normal(w, sum, epsilon, true);
        }
        return FusedOps.skipGroupNorm(
                x, w.get("weight", c), w.get("bias", c), added, GROUPS, epsilon, true);
    }

    private Value normal(Weights w, Value x, float epsilon, boolean silu) {
        long c = channels(x);
        Value scale = w.get("weight", c);
        Value shift = w.get("bias", c);
        if (isFused(c)) {
            return FusedOps.groupNorm(x, scale, shift, GROUPS, epsilon, silu);
        }
        Value first = Ops.cast(Ops.transpose(x, 0, 3, 1, 2), Type.FLOAT);
        Value normal = Ops.groupNorm(first, scale, shift, GROUPS, epsilon);
        Value last = Ops.transpose(Ops.cast(normal, type), 0, 2, 3, 1);
        return silu ? silu(last) : last;
    }

    /** The kernels take channels in pairs. */
    private static boolean isFused(long channels) {
        return channels % (2 * GROUPS) == 0;
    }

    @Override
    public Value layerNorm(Weights w, Value x) {
        long width = x.width(-1);
        return Ops.layerNorm(x, w.get(type, "weight", width), w.get(type, "bias", width), 1e-5f);
    }

    @Override
    public Value silu(Value x) {
        return Ops.quickGelu(x, 1);
    }

    @Override
    public Value leakyRelu(Weights w, Value picture) {
        return Ops.leakyRelu(picture, w.get(type, "weight", channels(picture)), 3);
    }

    @Override
    public Value attention(Weights w, Value x, Value context, int heads) {
        Weights q = w.sub("to_q");
        Weights k = w.sub("to_k");
        Weights v = w.sub("to_v");
        long width = x.width(-1);
        boolean changed = Stream.of(q, k, v).anyMatch(this::isChanged);
        if (changed || attentionType != type) {
            Value attended =
                    Ops.attention(
                            Ops.cast(product(q, x, width), attentionType),
                            Ops.cast(product(k, context, width), attentionType),
                            Ops.cast(product(v, context, width), attentionType),
                            heads,
                            false);
            return Ops.cast(attended, type);
        }
        return x == context
                ? FusedOps.selfAttention(packed(List.of(q, k, v), x, width, heads))
                : FusedOps.attention(
                        product(q, x, width), packed(List.of(k, v), context, width, heads));
    }

    /** The products with several weights, those of a head side by side: [b, n, heads, s, c]. */
    private Value packed(List<Weights> several, Value x, long width, int heads) {
        Dim in = x.size(-1);
        Dim each = Dim.of(width / heads);
        Value together = null;
        for (Weights w : several) {
            Value weight = w.get(type, "weight", width, in.size());
            Value divided = Ops.reshape(weight, Dim.of(heads), Dim.of(1), each, in);
            together = together == null ? divided : Ops.concat(together, divided, 1);
        }
        Dim count = Dim.of(several.size());
        Value matrix = Ops.reshape(together, Dim.of(several.size() * width), in);
        Value product = Ops.matMulTransposed(x, matrix);
        return Ops.reshape(product, x.size(0), x.size(1), Dim.of(heads), count, each);
    }

    @Override
    public Value attention(Value query, Value key, Value value) {
        return Ops.attention(query, key, value, 1, false);
    }

    @Override
    public Value gated(Weights w, Value x, long out) {
        if (everyWidth || SPLIT_GELU.contains(2 * out)) {
            return FusedOps.biasSplitGelu(product(w, x, 2 * out), w.get(type, "bias", 2 * out));
        }
        var halves = Ops.halves(linear(w, x, 2 * out));
        return Ops.mul(halves.get(0), Ops.gelu(halves.get(1)));
    }

    @Override
    public Value toTokens(Value picture) {
        return Ops.reshape(
                picture, picture.size(0), picture.size(1).times(picture.size(2)), picture.size(3));
    }

    @Override
    public Value toPicture(Value tokens, Value like) {
        return Ops.reshapeLike(tokens, like);
    }

    @Override
    public Value beside(Value a, Value b) {
        return Ops.concat(a, b, 3);
    }

    @Override
    public Value firstChannels(Value picture, long count) {
        return Ops.slice(picture, 3, 0, count);
    }

    @Override
    public Value upsample(Value picture) {
        return Ops.upsampleNearest(picture, 2, 1);
    }

    @Override
    public Value resizeLike(Value picture, Value other) {
        return Ops.resizeNearestLike(picture, other, 1);
    }

    /** In floats, then in the format of the layers that follow. */
    @Override
    public Value sinusoid(Value timesteps, int width) {
        return numbers(CpuLayers.waves(timesteps, width));
    }
}
