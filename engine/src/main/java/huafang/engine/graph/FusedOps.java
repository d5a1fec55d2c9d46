package huafang.engine.graph;

import static huafang.engine.graph.Ops.MICROSOFT;
import static huafang.engine.graph.Ops.node;
import static huafang.engine.graph.Ops.replaced;
import static huafang.engine.graph.Ops.require;
import static huafang.engine.graph.Ops.strided;

import java.util.List;
import java.util.Map;

/**
 * Operators of ONNX Runtime's own domain that its CUDA kernels compute in one pass, as functions
 * from values to values. Pictures are [b, h, w, c]. Each throws IllegalArgumentException for shapes
 * and formats that do not fit.
 *
 * @see <a href="https://onnxruntime.ai/docs/ContribOperators.html">their meaning</a>
 */
public final class FusedOps {
    private FusedOps() {}

    /**
     * Convolution with [out, k, k, c], k odd.
     *
     * @param before zeros at the top and the left; at the bottom and the right, {@code after}
     */
    public static Value conv(
            Value x, Value weight, Value bias, int stride, long before, long after) {
        require(
                x.rank() == 4
                        && weight.rank() == 4
                        && weight.size(3).equals(x.size(3))
                        && weight.type() == x.type()
                        && (bias == null || is(bias, x.type(), weight.size(0))),
                "cannot convolve %s with %s and bias %s",
                x,
                weight,
                bias);
        long kernel = weight.width(1);
        return node(
                MICROSOFT,
                "NhwcConv",
                bias == null ? List.of(x, weight) : List.of(x, weight, bias),
                Map.of(
                        "kernel_shape", new long[] {kernel, kernel},
                        "pads", new long[] {before, before, after, after},
                        "strides", new long[] {stride, stride}),
                x.type(),
                List.of(
                        x.size(0),
                        strided(x.size(1), stride),
                        strided(x.size(2), stride),
                        weight.size(0)));
    }

    /**
     * Group normalisation, its scale and shift in float whatever x is.
     *
     * @param silu whether SiLU follows
     */
    public static Value groupNorm(
            Value x, Value scale, Value shift, int groups, float epsilon, boolean silu) {
        requireNormal(x, scale, shift, groups);
        return node(
                MICROSOFT,
                "GroupNorm",
                List.of(x, scale, shift),
                attributes(groups, epsilon, silu),
                x.type(),
                x.shape());
    }

    /** The same of x plus one number per row and channel, added [b, c]. */
    public static Value skipGroupNorm(
            Value x,
            Value scale,
            Value shift,
            Value added,
            int groups,
            float epsilon,
            boolean silu) {
        requireNormal(x, scale, shift, groups);
        require(
                is(added, x.type(), x.size(0), x.size(3)),
                "cannot add %s to each channel of %s",
                added,
                x);
        return node(
                MICROSOFT,
                "SkipGroupNorm",
                List.of(x, scale, shift, added),
                attributes(groups, epsilon, silu),
                x.type(),
                x.shape());
    }

    private static void requireNormal(Value x, Value scale, Value shift, int groups) {
        require(
                x.rank() == 4
                        && x.width(3) % groups == 0
                        && is(scale, Type.FLOAT, x.size(3))
                        && is(shift, Type.FLOAT, x.size(3)),
                "cannot normalise %s in %d groups with scale %s and shift %s",
                x,
                groups,
                scale,
                shift);
    }

    private static Map<String, Object> attributes(int groups, float epsilon, boolean silu) {
        return Map.of(
                "groups",
                (long) groups,
                "epsilon",
                epsilon,
                "activation",
                silu ? 1L : 0L,
                "channels_last",
                1L);
    }

    /**
     * Attention of tokens to themselves.
     *
     * @param packed [b, n, heads, 3, c]: query, key and value of each head
     * @return [b, n, heads · c]
     */
    public static Value selfAttention(Value packed) {
        require(
                packed.rank() == 5 && packed.width(3) == 3,
                "%s is not query, key and value of heads",
                packed);
        long heads = packed.width(2);
        return node(
                MICROSOFT,
                "MultiHeadAttention",
                List.of(packed),
                Map.of("num_heads", heads),
                packed.type(),
                List.of(packed.size(0), packed.size(1), Dim.of(heads * packed.width(4))));
    }

    /**
     * Attention of queries [b, n, heads · c] to a context.
     *
     * @param packed [b, m, heads, 2, c]: key and value of each head
     */
    public static Value attention(Value query, Value packed) {
        require(
                query.rank() == 3
                        && packed.rank() == 5
                        && packed.width(3) == 2
                        && packed.size(0).equals(query.size(0))
                        && packed.width(2) * packed.width(4) == query.width(2)
                        && packed.type() == query.type(),
                "%s cannot attend to %s",
                query,
                packed);
        return node(
                MICROSOFT,
                "MultiHeadAttention",
                List.of(query, packed),
                Map.of("num_heads", packed.width(2)),
                query.type(),
                query.shape());
    }

    /** x [b, n, 2c] plus bias [2c], its first half times GELU of its second: [b, n, c]. */
    public static Value biasSplitGelu(Value x, Value bias) {
        require(
                x.rank() == 3 && x.width(2) % 2 == 0 && is(bias, x.type(), x.size(2)),
                "cannot split and gate %s with bias %s",
                x,
                bias);
        return node(
                MICROSOFT,
                "BiasSplitGelu",
                List.of(x, bias),
                Map.of(),
                x.type(),
                replaced(x.shape(), 2, Dim.of(x.width(2) / 2)));
    }

    /** x [b, n, c] plus bias [c] plus another value of x's shape. */
    public static Value biasAdd(Value x, Value bias, Value other) {
        require(
                x.rank() == 3
                        && is(bias, x.type(), x.size(2))
                        && is(other, x.type(), x.shape().toArray(Dim[]::new)),
                "cannot add %s and %s to %s",
                bias,
                other,
                x);
        return node(MICROSOFT, "BiasAdd", List.of(x, bias, other), Map.of(), x.type(), x.shape());
    }

    private static boolean is(Value value, Type type, Dim... shape) {
        return value.type() == type && value.shape().equals(List.of(shape));
    }
}
