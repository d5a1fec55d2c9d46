package huafang.engine.network;

import huafang.engine.graph.Ops;
import huafang.engine.graph.Value;

/** What the two halves of the autoencoder are made of. */
record VaeLayers(Layers l) {
    static final float EPSILON = 1e-6f;

    /** What lies between the halves' levels and the latents. */
    Value middle(Weights w, Value x) {
        long width = l.channels(x);
        Value h = resBlock(w.sub("block_1"), x, width);
        h = attention(w.sub("attn_1"), h);
        return resBlock(w.sub("block_2"), h, width);
    }

    /** The last layers of a half. */
    Value out(Weights w, Value x, long channels) {
        Value h = l.groupNormSilu(w.sub("norm_out"), x, EPSILON);
        return l.conv(w.sub("conv_out"), h, channels, 3);
    }

    Value resBlock(Weights w, Value x, long out) {
        Value h = l.groupNormSilu(w.sub("norm1"), x, EPSILON);
        h = l.conv(w.sub("conv1"), h, out, 3);
        h = l.groupNormSilu(w.sub("norm2"), h, EPSILON);
        h = l.conv(w.sub("conv2"), h, out, 3);
        Value skip = l.channels(x) == out ? x : l.conv(w.sub("nin_shortcut"), x, out, 1);
        return Ops.add(skip, h);
    }

    private Value attention(Weights w, Value x) {
        long width = l.channels(x);
        Value normal = l.groupNorm(w.sub("norm"), x, EPSILON);
        Value attended =
                l.attention(
                        l.toTokens(l.conv(w.sub("q"), normal, width, 1)),
                        l.toTokens(l.conv(w.sub("k"), normal, width, 1)),
                        l.toTokens(l.conv(w.sub("v"), normal, width, 1)));
        return Ops.add(x, l.conv(w.sub("proj_out"), l.toPicture(attended, x), width, 1));
    }
}
