package huafang.engine.network;

import huafang.engine.adapter.KroneckerName;
import huafang.engine.graph.Dim;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Value;
import java.util.List;
import java.util.Set;

/**
 * The layers that the networks are made of, each in the form that ONNX Runtime computes fastest on
 * a CPU: everything in float (half-precision kernels are slower there and less exact), pictures as
 * [b, c, h, w], attention and transposed products as its own fused operators. Which form is fastest
 * was measured.
 */
final class CpuLayers implements Layers {
    private static final int GROUPS = 32;

    private final Set<String> adapted;
    private final GroupStatistics statistics;
    private final Borders borders;

    /**
     * @param adapted names of the weights beside which every run is passed a change; see {@link
     *     AdapterInputs}
     */
    CpuLayers(Set<String> adapted) {
        this(adapted, GroupStatistics.OWN, Borders.ZEROS);
    }

    CpuLayers(Set<String> adapted, GroupStatistics statistics, Borders borders) {
        this.adapted = adapted;
        this.statistics = statistics;
        this.borders = borders;
    }

    @Override
    public Value enter(Value picture) {
        return picture;
    }

    @Override
    public Value leave(Value picture) {
        return picture;
    }

    @Override
    public Value numbers(Value floats) {
        return floats;
    }

    @Override
    public long channels(Value picture) {
        return picture.width(1);
    }

    @Override
    public Value conv(Weights w, Value x, long out, int kernel, int stride) {
        Value weight = w.get("weight", out, x.width(1), kernel, kernel);
        Value y = borders.conv(x, weight, w.get("bias", out), stride);
        Value sum = y;
        if (AdapterInputs.isAdapted(adapted, w)) {
            List<Value> change = AdapterInputs.kernels(this, w, x.width(1), out, kernel);
            Value down = borders.conv(x, change.get(0), null, stride);
            sum = Ops.add(sum, Ops.conv(down, change.get(1), 1));
        }
        for (KroneckerName name : AdapterInputs.kroneckers(adapted, w)) {
            Value change =
                    AdapterInputs.convolved(
                            name,
                            x,
                            y,
                            kernel,
                            (picture, right) -> borders.conv(picture, right, null, stride));
            sum = Ops.add(sum, change);
        }
        return sum;
    }

    @Override
    public Value convHalving(Weights w, Value x, long out) {
        return Ops.convHalving(x, w.get("weight", out, x.width(1), 3, 3), w.get("bias", out));
    }

    @Override
    public Value linear(Weights w, Value x, long out) {
        return Ops.add(product(w, x, out), w.get("bias", out));
    }

    @Override
    public Value addLinear(Value added, Weights w, Value x) {
        return Ops.add(added, linear(w, x, added.width(-1)));
    }

    /** A linear map of the last dimension, without bias. */
    Value product(Weights w, Value x, long out) {
        return changed(w, x, Ops.matMulTransposed(x, w.get("weight", out, x.width(-1))));
    }

    /** The product of x with a weight, and with the change that is passed beside it, if any. */
    Value changed(Weights w, Value x, Value y) {
        // Here and not behind the bias: the runtime fuses what follows a bias, and a fused sum has
        // other bits. So a change that is nothing changes none.
        return AdapterInputs.added(this, adapted, w, x, y);
    }

    @Override
    public Value groupNorm(Weights w, Value x, float epsilon) {
        long channels = x.width(1);
        Value scale = w.get("weight", channels);
        return statistics.normal(x, GROUPS, scale, w.get("bias", channels), epsilon);
    }

    @Override
    public Value groupNormSilu(Weights w, Value x, Value added, float epsilon) {
        Dim one = Dim.of(1);
        return groupNormSilu(
                w, Ops.add(x, Ops.reshape(added, added.size(0), added.size(1), one, one)), epsilon);
    }

    @Override
    public Value layerNorm(Weights w, Value x) {
        long width = x.width(-1);
        return Ops.layerNorm(x, w.get("weight", width), w.get("bias", width), 1e-5f);
    }

    @Override
    public Value silu(Value x) {
        return Ops.quickGelu(x, 1);
    }

    @Override
    public Value leakyRelu(Weights w, Value picture) {
        return Ops.leakyRelu(picture, w.get("weight", channels(picture)), 1);
    }

    @Override
    public Value attention(Weights w, Value x, Value context, int heads) {
        long width = x.width(-1);
        return Ops.attention(
                product(w.sub("to_q"), x, width),
                product(w.sub("to_k"), context, width),
                product(w.sub("to_v"), context, width),
                heads,
                false);
    }

    @Override
    public Value attention(Value query, Value key, Value value) {
        return Ops.attention(query, key, value, 1, false);
    }

    @Override
    public Value gated(Weights w, Value x, long out) {
        var halves = Ops.halves(linear(w, x, 2 * out));
        return Ops.mul(halves.get(0), Ops.gelu(halves.get(1)));
    }

    @Override
    public Value toTokens(Value x) {
        Value flat = Ops.reshape(x, x.size(0), x.size(1), x.size(2).times(x.size(3)));
        return Ops.transpose(flat, 0, 2, 1);
    }

    @Override
    public Value toPicture(Value tokens, Value like) {
        return Ops.reshapeLike(Ops.transpose(tokens, 0, 2, 1), like);
    }

    @Override
    public Value beside(Value a, Value b) {
        return Ops.concat(a, b, 1);
    }

    @Override
    public Value firstChannels(Value picture, long count) {
        return Ops.slice(picture, 1, 0, count);
    }

    @Override
    public Value upsample(Value picture) {
        return Ops.upsampleNearest(picture, 2);
    }

    @Override
    public Value resizeLike(Value picture, Value other) {
        return Ops.resizeNearestLike(picture, other);
    }

    @Override
    public Value sinusoid(Value timesteps, int width) {
        return waves(timesteps, width);
    }

    static Value waves(Value timesteps, int width) {
        int half = width / 2;
        float[] frequencies = new float[half];
        for (int i = 0; i < half; i++) {
            frequencies[i] = (float) Math.exp(-Math.log(10_000) * i / half);
        }
        Value angles =
                Ops.mul(
                        Ops.reshape(timesteps, timesteps.size(0), Dim.of(1)),
                        Value.constant(frequencies, 1, half));
        return Ops.concat(Ops.cos(angles), Ops.sin(angles), 1);
    }
}
