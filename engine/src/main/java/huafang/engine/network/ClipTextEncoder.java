package huafang.engine.network;

import huafang.engine.checkpoint.TextConfig;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The text tower of CLIP: Radford et al., "Learning Transferable Visual Models From Natural
 * Language Supervision", 2021; and of OpenCLIP, which differs in its activation.
 */
final class ClipTextEncoder {
    private final TextConfig config;
    private final CpuLayers l;

    ClipTextEncoder(TextConfig config, CpuLayers layers) {
        this.config = config;
        this.l = layers;
    }

    /**
     * @param w the tower's weights
     * @param ids [b, 77] int64
     * @param own vectors for tokens that have none in the table, [b, 77, w], else 0
     * @param kept 0 for those tokens, else 1, [b, 77, 1]
     * @param ends where each prompt ends, [b] int64; null where no vector of the whole is wanted
     * @return what comes out of the last layer, the one before it, and so on back to what goes into
     *     the first: each [b, 77, w], as Stable Diffusion reads it there; then the whole prompt as
     *     one vector [b, p], that of its end, if wanted
     */
    List<Value> encode(Weights w, Value ids, Value own, Value kept, Value ends) {
        Weights norm = w.sub("text_model.final_layer_norm");
        List<Value> hidden = hidden(w.sub("text_model"), ids, own, kept).reversed();
        var outputs = new ArrayList<Value>();
        for (Value h : hidden) {
            outputs.add(config.reading().normalised() ? l.layerNorm(norm, h) : h);
        }
        if (ends != null) {
            outputs.add(project(w, Ops.pick(l.layerNorm(norm, hidden.getFirst()), ends)));
        }
        return outputs;
    }

    private Value project(Weights w, Value end) {
        Weights projection = w.sub("text_projection");
        int out = config.pooledWidth();
        return projection.has("weight")
                ? l.product(projection, end, out)
                : l.changed(
                        projection,
                        end,
                        Ops.matMul(end, w.get("text_projection", config.width(), out)));
    }

    private List<Value> hidden(Weights w, Value ids, Value own, Value kept) {
        Weights embeddings = w.sub("embeddings");
        int width = config.width();
        Value tokens =
                embeddings.sub("token_embedding").rows("weight", ids, config.vocabulary(), width);
        Value h =
                Ops.add(
                        Ops.add(Ops.mul(tokens, kept), own),
                        embeddings.sub("position_embedding").get("weight", config.length(), width));
        var hidden = new ArrayList<>(List.of(h));
        for (int i = 0; i < config.layers(); i++) {
            Weights layer = w.sub("encoder.layers").sub(i);
            h =
                    Ops.add(
                            h,
                            attention(
                                    layer.sub("self_attn"),
                                    l.layerNorm(layer.sub("layer_norm1"), h)));
            h = Ops.add(h, feedForward(layer.sub("mlp"), l.layerNorm(layer.sub("layer_norm2"), h)));
            hidden.add(h);
        }
        return hidden;
    }

    private Value attention(Weights w, Value x) {
        int width = config.width();
        Value attended =
                Ops.attention(
                        l.linear(w.sub("q_proj"), x, width),
                        l.linear(w.sub("k_proj"), x, width),
                        l.linear(w.sub("v_proj"), x, width),
                        config.heads(),
                        true);
        return l.linear(w.sub("out_proj"), attended, width);
    }

    private Value feedForward(Weights w, Value x) {
        int width = config.width();
        Value h = l.linear(w.sub("fc1"), x, 4 * width);
        h = config.reading().quickGelu() ? Ops.quickGelu(h, 1.702f) : Ops.gelu(h);
        return l.linear(w.sub("fc2"), h, width);
    }
}
