package huafang.engine.network;

import huafang.engine.checkpoint.UNetConfig;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Value;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The U-Net that predicts the noise in a latent: Rombach et al., "High-Resolution Image Synthesis
 * with Latent Diffusion Models", 2022. Down through the levels, through the middle, and up again
 * past the skips.
 */
final class UNet {
    private static final float RES_EPSILON = 1e-5f;
    private static final float TRANSFORMER_EPSILON = 1e-6f;

    private final UNetConfig config;
    private final CpuLayers l;

    UNet(UNetConfig config, CpuLayers layers) {
        this.config = config;
        this.l = layers;
    }

    /**
     * @param x [b, in, h, w]
     * @param timesteps [b]
     * @param context [b, n, w]
     * @return [b, out, h, w]
     */
    Value predict(Weights w, Value x, Value timesteps, Value context) {
        Value time = timeEmbedding(w.sub("time_embed"), timesteps);
        Weights down = w.sub("input_blocks");
        Deque<Value> skips = new ArrayDeque<>();

        Value h = l.conv(down.sub(0).sub(0), x, config.channels(), 3);
        skips.push(h);
        int block = 1;
        for (var level : config.levels()) {
            for (int i = 0; i < level.resBlocks(); i++) {
                h = resBlock(down.sub(block).sub(0), h, time, level.channels());
                h = transformer(down.sub(block).sub(1), h, context, level.depth());
                skips.push(h);
                block++;
            }
            if (level != config.levels().getLast()) {
                h =
                        l.conv(
                                down.sub(block).sub("0.op"),
                                h,
                                level.channels(),
                                3,
                                2); // [b, c, h/2, w/2]
                skips.push(h);
                block++;
            }
        }

        Weights middle = w.sub("middle_block");
        long widest = h.width(1);
        h = resBlock(middle.sub(0), h, time, widest);
        h = transformer(middle.sub(1), h, context, config.middleDepth());
        h = resBlock(middle.sub(2), h, time, widest);

        Weights up = w.sub("output_blocks");
        block = 0;
        for (var level : config.levels().reversed()) {
            for (int i = 0; i <= level.resBlocks(); i++) {
                Value skip = skips.pop();
                // Sizes that do not halve evenly come back one too large.
                h = l.beside(Ops.resizeNearestLike(h, skip), skip);
                h = resBlock(up.sub(block).sub(0), h, time, level.channels());
                h = transformer(up.sub(block).sub(1), h, context, level.depth());
                if (i == level.resBlocks() && !skips.isEmpty()) {
                    Weights upsample = up.sub(block).sub(level.depth() > 0 ? 2 : 1);
                    h = l.conv(upsample.sub("conv"), Ops.upsampleNearest(h), level.channels(), 3);
                }
                block++;
            }
        }
        h = l.silu(l.groupNorm(w.sub("out").sub(0), h, RES_EPSILON));
        return l.conv(w.sub("out").sub(2), h, config.outChannels(), 3);
    }

    private Value timeEmbedding(Weights w, Value timesteps) {
        int width = 4 * config.channels();
        Value h = l.linear(w.sub(0), l.sinusoid(timesteps, config.channels()), width);
        return l.linear(w.sub(2), l.silu(h), width);
    }

    private Value resBlock(Weights w, Value x, Value time, long out) {
        Value h = l.silu(l.groupNorm(w.sub("in_layers").sub(0), x, RES_EPSILON));
        h = l.conv(w.sub("in_layers").sub(2), h, out, 3);
        h = l.addPerChannel(h, l.linear(w.sub("emb_layers").sub(1), l.silu(time), out));
        h = l.silu(l.groupNorm(w.sub("out_layers").sub(0), h, RES_EPSILON));
        h = l.conv(w.sub("out_layers").sub(3), h, out, 3);
        Value skip = x.width(1) == out ? x : l.conv(w.sub("skip_connection"), x, out, 1);
        return Ops.add(skip, h);
    }

    private Value transformer(Weights w, Value x, Value context, int depth) {
        if (depth == 0) {
            return x;
        }
        long width = x.width(1);
        Value h =
                l.conv(
                        w.sub("proj_in"),
                        l.groupNorm(w.sub("norm"), x, TRANSFORMER_EPSILON),
                        width,
                        1);
        h = l.toTokens(h); // [b, h·w, c]
        for (int i = 0; i < depth; i++) {
            Weights block = w.sub("transformer_blocks").sub(i);
            Value normal = l.layerNorm(block.sub("norm1"), h);
            h = Ops.add(h, attention(block.sub("attn1"), normal, normal));
            h =
                    Ops.add(
                            h,
                            attention(
                                    block.sub("attn2"),
                                    l.layerNorm(block.sub("norm2"), h),
                                    context));
            h =
                    Ops.add(
                            h,
                            feedForward(
                                    block.sub("ff").sub("net"),
                                    l.layerNorm(block.sub("norm3"), h)));
        }
        return Ops.add(x, l.conv(w.sub("proj_out"), l.toPicture(h, x), width, 1));
    }

    private Value attention(Weights w, Value x, Value context) {
        long width = x.width(-1);
        Value attended =
                Ops.attention(
                        l.product(w.sub("to_q"), x, width),
                        l.product(w.sub("to_k"), context, width),
                        l.product(w.sub("to_v"), context, width),
                        config.heads(),
                        false);
        return l.linear(w.sub("to_out").sub(0), attended, width);
    }

    /** Shazeer, "GLU Variants Improve Transformer", 2020: one half gates the other. */
    private Value feedForward(Weights w, Value x) {
        long width = x.width(-1);
        var halves = Ops.halves(l.linear(w.sub(0).sub("proj"), x, 8 * width));
        return l.linear(w.sub(2), Ops.mul(halves.get(0), Ops.gelu(halves.get(1))), width);
    }
}
