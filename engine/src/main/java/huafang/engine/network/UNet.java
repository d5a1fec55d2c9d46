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
     * @param vector [b, v]; null where the network takes none
     * @return [b, out, h, w]
     */
    Value predict(Weights w, Value x, Value timesteps, Value context, Value vector) {
        Value time = timeEmbedding(w, timesteps, vector);
        Weights down = w.sub("input_blocks");
        Deque<Value> skips = new ArrayDeque<>();

        Value h = l.conv(down.sub(0).sub(0), x, config.channels(), 3);
        skips.push(h);
        int block = 1;
        for (var level : config.levels()) {
            for (int depth : level.down()) {
                h = resBlock(down.sub(block).sub(0), h, time, level.channels());
                h = transformer(down.sub(block).sub(1), h, context, depth, level.heads());
                skips.push(h);
                block++;
            }
            if (level != config.levels().getLast()) {
                Weights halving = down.sub(block).sub("0.op");
                h = l.conv(halving, h, level.channels(), 3, 2); // [b, c, h/2, w/2]
                skips.push(h);
                block++;
            }
        }

        h = middle(w.sub("middle_block"), h, time, context);

        Weights up = w.sub("output_blocks");
        block = 0;
        for (var level : config.levels().reversed()) {
            for (int depth : level.up()) {
                Value skip = skips.pop();
                // Sizes that do not halve evenly come back one too large.
                h = l.beside(Ops.resizeNearestLike(h, skip), skip);
                h = resBlock(up.sub(block).sub(0), h, time, level.channels());
                h = transformer(up.sub(block).sub(1), h, context, depth, level.heads());
                block++;
            }
            if (level != config.levels().getFirst()) {
                Weights upsample = up.sub(block - 1).sub(level.up().getLast() > 0 ? 2 : 1);
                h = l.conv(upsample.sub("conv"), Ops.upsampleNearest(h), level.channels(), 3);
            }
        }
        h = l.silu(l.groupNorm(w.sub("out").sub(0), h, RES_EPSILON));
        return l.conv(w.sub("out").sub(2), h, config.outChannels(), 3);
    }

    private Value middle(Weights w, Value x, Value time, Value context) {
        long width = x.width(1);
        int heads = config.levels().getLast().heads();
        int resBlocks = config.middle().resBlocks();
        Value h = resBlocks > 0 ? resBlock(w.sub(0), x, time, width) : x;
        h = transformer(w.sub(1), h, context, config.middle().depth(), heads);
        return resBlocks > 1 ? resBlock(w.sub(2), h, time, width) : h;
    }

    /** Where on the noise schedule each row is, and in XL what else is known of it. */
    private Value timeEmbedding(Weights w, Value timesteps, Value vector) {
        Value time = embedding(w.sub("time_embed"), l.sinusoid(timesteps, config.channels()));
        return vector == null ? time : Ops.add(time, embedding(w.sub("label_emb").sub(0), vector));
    }

    private Value embedding(Weights w, Value x) {
        int width = 4 * config.channels();
        return l.linear(w.sub(2), l.silu(l.linear(w.sub(0), x, width)), width);
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

    private Value transformer(Weights w, Value x, Value context, int depth, int heads) {
        if (depth == 0) {
            return x;
        }
        Value h = projectIn(w.sub("proj_in"), l.groupNorm(w.sub("norm"), x, TRANSFORMER_EPSILON));
        for (int i = 0; i < depth; i++) {
            Weights block = w.sub("transformer_blocks").sub(i);
            Value normal = l.layerNorm(block.sub("norm1"), h);
            h = Ops.add(h, attention(block.sub("attn1"), normal, normal, heads));
            normal = l.layerNorm(block.sub("norm2"), h);
            h = Ops.add(h, attention(block.sub("attn2"), normal, context, heads));
            normal = l.layerNorm(block.sub("norm3"), h);
            h = Ops.add(h, feedForward(block.sub("ff").sub("net"), normal));
        }
        return Ops.add(x, projectOut(w.sub("proj_out"), h, x));
    }

    /** [b, c, h, w] to [b, h·w, c]. */
    private Value projectIn(Weights w, Value x) {
        long width = x.width(1);
        return config.linear()
                ? l.linear(w, l.toTokens(x), width)
                : l.toTokens(l.conv(w, x, width, 1));
    }

    /** [b, h·w, c] to [b, c, h, w]. */
    private Value projectOut(Weights w, Value tokens, Value like) {
        long width = like.width(1);
        return config.linear()
                ? l.toPicture(l.linear(w, tokens, width), like)
                : l.conv(w, l.toPicture(tokens, like), width, 1);
    }

    private Value attention(Weights w, Value x, Value context, int heads) {
        long width = x.width(-1);
        Value attended =
                Ops.attention(
                        l.product(w.sub("to_q"), x, width),
                        l.product(w.sub("to_k"), context, width),
                        l.product(w.sub("to_v"), context, width),
                        heads,
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
