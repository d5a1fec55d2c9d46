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
    private final Layers l;

    UNet(UNetConfig config, Layers layers) {
        this.config = config;
        this.l = layers;
    }

    /**
     * All in floats, whatever is computed with.
     *
     * @param x [b, in, h, w]
     * @param timesteps [b]
     * @param context [b, n, w]
     * @param vector [b, v]; null where the network takes none
     * @return [b, out, h, w]
     */
    Value predict(Weights w, Value x, Value timesteps, Value context, Value vector) {
        Value time = timeEmbedding(w, timesteps, vector);
        Value words = l.numbers(context);
        Weights down = w.sub("input_blocks");
        Deque<Value> skips = new ArrayDeque<>();

        Value h = l.conv(down.sub(0).sub(0), l.enter(x), config.channels(), 3);
        skips.push(h);
        int block = 1;
        for (var level : config.levels()) {
            for (int depth : level.down()) {
                h = resBlock(down.sub(block).sub(0), h, time, level.channels());
                h = transformer(down.sub(block).sub(1), h, words, depth, level.heads());
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

        h = middle(w.sub("middle_block"), h, time, words);

        Weights up = w.sub("output_blocks");
        block = 0;
        for (var level : config.levels().reversed()) {
            for (int depth : level.up()) {
                Value skip = skips.pop();
                // Sizes that do not halve evenly come back one too large.
                h = l.beside(l.resizeLike(h, skip), skip);
                h = resBlock(up.sub(block).sub(0), h, time, level.channels());
                h = transformer(up.sub(block).sub(1), h, words, depth, level.heads());
                block++;
            }
            if (level != config.levels().getFirst()) {
                Weights upsample = up.sub(block - 1).sub(level.up().getLast() > 0 ? 2 : 1);
                h = l.conv(upsample.sub("conv"), l.upsample(h), level.channels(), 3);
            }
        }
        h = l.groupNormSilu(w.sub("out").sub(0), h, RES_EPSILON);
        return l.leave(l.conv(w.sub("out").sub(2), h, config.outChannels(), 3));
    }

    private Value middle(Weights w, Value x, Value time, Value context) {
        long width = l.channels(x);
        int heads = config.levels().getLast().heads();
        int resBlocks = config.middle().resBlocks();
        Value h = resBlocks > 0 ? resBlock(w.sub(0), x, time, width) : x;
        h = transformer(w.sub(1), h, context, config.middle().depth(), heads);
        return resBlocks > 1 ? resBlock(w.sub(2), h, time, width) : h;
    }

    /** Where on the noise schedule each row is, and in XL what else is known of it. */
    private Value timeEmbedding(Weights w, Value timesteps, Value vector) {
        Value time = embedding(w.sub("time_embed"), l.sinusoid(timesteps, config.channels()));
        return vector == null
                ? time
                : Ops.add(time, embedding(w.sub("label_emb").sub(0), l.numbers(vector)));
    }

    private Value embedding(Weights w, Value x) {
        int width = 4 * config.channels();
        return l.linear(w.sub(2), l.silu(l.linear(w.sub(0), x, width)), width);
    }

    private Value resBlock(Weights w, Value x, Value time, long out) {
        Value h = l.groupNormSilu(w.sub("in_layers").sub(0), x, RES_EPSILON);
        h = l.conv(w.sub("in_layers").sub(2), h, out, 3);
        Value when = l.linear(w.sub("emb_layers").sub(1), l.silu(time), out);
        h = l.groupNormSilu(w.sub("out_layers").sub(0), h, when, RES_EPSILON);
        h = l.conv(w.sub("out_layers").sub(3), h, out, 3);
        Value skip = l.channels(x) == out ? x : l.conv(w.sub("skip_connection"), x, out, 1);
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
            h = addAttention(h, block.sub("attn1"), normal, normal, heads);
            normal = l.layerNorm(block.sub("norm2"), h);
            h = addAttention(h, block.sub("attn2"), normal, context, heads);
            normal = l.layerNorm(block.sub("norm3"), h);
            h = addFeedForward(h, block.sub("ff").sub("net"), normal);
        }
        return Ops.add(x, projectOut(w.sub("proj_out"), h, x));
    }

    /** A picture to tokens [b, h·w, c]. */
    private Value projectIn(Weights w, Value x) {
        long width = l.channels(x);
        return config.linear()
                ? l.linear(w, l.toTokens(x), width)
                : l.toTokens(l.conv(w, x, width, 1));
    }

    /** Tokens to a picture. */
    private Value projectOut(Weights w, Value tokens, Value like) {
        long width = l.channels(like);
        return config.linear()
                ? l.toPicture(l.linear(w, tokens, width), like)
                : l.conv(w, l.toPicture(tokens, like), width, 1);
    }

    private Value addAttention(Value h, Weights w, Value x, Value context, int heads) {
        return l.addLinear(h, w.sub("to_out").sub(0), l.attention(w, x, context, heads));
    }

    private Value addFeedForward(Value h, Weights w, Value x) {
        return l.addLinear(h, w.sub(2), l.gated(w.sub(0).sub("proj"), x, 4 * x.width(-1)));
    }
}
