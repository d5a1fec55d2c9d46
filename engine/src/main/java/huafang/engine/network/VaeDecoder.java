package huafang.engine.network;

import huafang.engine.checkpoint.VaeConfig;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Value;

/**
 * The decoder of the autoencoder: latents to pixels. Esser et al., "Taming Transformers", 2021,
 * without the codebook.
 */
final class VaeDecoder {
    private static final float EPSILON = 1e-6f;

    private final VaeConfig config;
    private final CpuLayers l;

    VaeDecoder(VaeConfig config, CpuLayers layers) {
        this.config = config;
        this.l = layers;
    }

    /**
     * @param latents [b, 4, h, w], divided by the latent scale
     * @return [b, 3, 8h, 8w]
     */
    Value decode(Weights w, Value latents) {
        Weights decoder = w.sub("decoder");
        long middle = config.middleChannels();
        Value h = l.conv(w.sub("post_quant_conv"), latents, config.latentChannels(), 1);
        h = l.conv(decoder.sub("conv_in"), h, middle, 3);
        h = resBlock(decoder.sub("mid.block_1"), h, middle);
        h = attention(decoder.sub("mid.attn_1"), h);
        h = resBlock(decoder.sub("mid.block_2"), h, middle);
        for (int i = config.levels().size() - 1; i >= 0; i--) {
            var level = config.levels().get(i);
            Weights up = decoder.sub("up").sub(i);
            for (int j = 0; j < level.resBlocks(); j++) {
                h = resBlock(up.sub("block").sub(j), h, level.channels());
            }
            if (i > 0) {
                h = l.conv(up.sub("upsample.conv"), Ops.upsampleNearest(h), level.channels(), 3);
            }
        }
        h = l.silu(l.groupNorm(decoder.sub("norm_out"), h, EPSILON));
        return l.conv(decoder.sub("conv_out"), h, 3, 3);
    }

    private Value resBlock(Weights w, Value x, long out) {
        Value h = l.silu(l.groupNorm(w.sub("norm1"), x, EPSILON));
        h = l.conv(w.sub("conv1"), h, out, 3);
        h = l.silu(l.groupNorm(w.sub("norm2"), h, EPSILON));
        h = l.conv(w.sub("conv2"), h, out, 3);
        Value skip = x.width(1) == out ? x : l.conv(w.sub("nin_shortcut"), x, out, 1);
        return Ops.add(skip, h);
    }

    private Value attention(Weights w, Value x) {
        long width = x.width(1);
        Value normal = l.groupNorm(w.sub("norm"), x, EPSILON);
        Value attended =
                Ops.attention(
                        l.toTokens(l.conv(w.sub("q"), normal, width, 1)),
                        l.toTokens(l.conv(w.sub("k"), normal, width, 1)),
                        l.toTokens(l.conv(w.sub("v"), normal, width, 1)),
                        1,
                        false);
        return Ops.add(x, l.conv(w.sub("proj_out"), l.toPicture(attended, x), width, 1));
    }
}
