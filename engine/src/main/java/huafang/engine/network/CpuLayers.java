package huafang.engine.network;

import huafang.engine.graph.Dim;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Value;
import java.util.Set;

/**
 * The layers that the networks are made of, each in the form that ONNX Runtime computes fastest on
 * a CPU: everything in float (half-precision kernels are slower there and less exact), pictures as
 * [b, c, h, w], attention and transposed products as its own fused operators. Which form is fastest
 * was measured.
 */
final class CpuLayers {
    private static final int GROUPS = 32;

    private final Set<String> adapted;
    private final GroupStatistics statistics;

    /**
     * @param adapted names of the weights beside which every run is passed a change; see {@link
     *     AdapterInputs}
     */
    CpuLayers(Set<String> adapted) {
        this(adapted, GroupStatistics.OWN);
    }

    CpuLayers(Set<String> adapted, GroupStatistics statistics) {
        this.adapted = adapted;
        this.statistics = statistics;
    }

    /**
     * A convolution with bias to so many channels that keeps the size, or halves it at stride 2.
     */
    Value conv(Weights w, Value x, long out, int kernel, int stride) {
        Value weight = w.get("weight", out, x.width(1), kernel, kernel);
        Value y = Ops.conv(x, weight, w.get("bias", out), stride);
        return isAdapted(w) ? Ops.add(y, AdapterInputs.convolved(w, x, out, kernel, stride)) : y;
    }

    Value conv(Weights w, Value x, long out, int kernel) {
        return conv(w, x, out, kernel, 1);
    }

    /** A convolution of width 3 that halves an even size, padded as the autoencoder pads it. */
    Value convHalving(Weights w, Value x, long out) {
        return Ops.convHalving(x, w.get("weight", out, x.width(1), 3, 3), w.get("bias", out));
    }

    /** A linear map of the last dimension, with bias. */
    Value linear(Weights w, Value x, long out) {
        return Ops.add(product(w, x, out), w.get("bias", out));
    }

    /** A linear map of the last dimension, without bias. */
    Value product(Weights w, Value x, long out) {
        Value y = Ops.matMulTransposed(x, w.get("weight", out, x.width(-1)));
        // Here and not behind the bias: the runtime fuses what follows a bias, and a fused sum has
        // other bits. So a change that is nothing changes none.
        return isAdapted(w) ? Ops.add(y, AdapterInputs.multiplied(w, x, out)) : y;
    }

    private boolean isAdapted(Weights w) {
        return adapted.contains(w.prefix() + "weight");
    }

    /** Group normalisation with 32 groups: every group becomes one channel for a moment. */
    Value groupNorm(Weights w, Value x, float epsilon) {
        long channels = x.width(1);
        Dim grouped =
                x.size(2)
                        .times(x.size(3))
                        .map("%s*" + channels / GROUPS, n -> n * channels / GROUPS);
        Value groups = Ops.reshape(x, x.size(0), Dim.of(GROUPS), grouped);
        Value normal = statistics.normal(groups, epsilon);
        Value scaled = Ops.mul(Ops.reshapeLike(normal, x), perChannel(w.get("weight", channels)));
        return Ops.add(scaled, perChannel(w.get("bias", channels)));
    }

    Value layerNorm(Weights w, Value x) {
        long width = x.width(-1);
        return Ops.layerNorm(x, w.get("weight", width), w.get("bias", width), 1e-5f);
    }

    Value silu(Value x) {
        return Ops.quickGelu(x, 1);
    }

    /** x [b, c, h, w] plus one number per row and channel, added [b, c]. */
    Value addPerChannel(Value x, Value added) {
        return Ops.add(x, Ops.reshape(added, added.size(0), added.size(1), Dim.of(1), Dim.of(1)));
    }

    /** [b, c, h, w] as [b, h·w, c]. */
    Value toTokens(Value x) {
        Value flat = Ops.reshape(x, x.size(0), x.size(1), x.size(2).times(x.size(3)));
        return Ops.transpose(flat, 0, 2, 1);
    }

    /** [b, h·w, c] as [b, c, h, w], the shape of another value. */
    Value toPicture(Value tokens, Value like) {
        return Ops.reshapeLike(Ops.transpose(tokens, 0, 2, 1), like);
    }

    /** Puts the channels of two pictures of one size one after the other. */
    Value beside(Value a, Value b) {
        return Ops.concat(a, b, 1);
    }

    /**
     * The sinusoid of each timestep [b]: cosines, then sines, of ever lower frequencies [b, width].
     */
    Value sinusoid(Value timesteps, int width) {
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

    private static Value perChannel(Value x) {
        return Ops.reshape(x, x.size(0), Dim.of(1), Dim.of(1));
    }
}
