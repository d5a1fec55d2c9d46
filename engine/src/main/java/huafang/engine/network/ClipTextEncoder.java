package huafang.engine.network;

import huafang.engine.checkpoint.TextConfig;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The text tower of CLIP: Radford et al., "Learning Transferable Visual Models From Natural
 * Language Supervision", 2021.
 */
final class ClipTextEncoder {
    private final TextConfig config;
    private final CpuLayers l;

    ClipTextEncoder(TextConfig config, CpuLayers layers) {
        this.config = config;
        this.l = layers;
    }

    /**
     * @param ids [b, 77] int64
     * @return what comes out of the last layer, the one before it, and so on back to what goes into
     *     the first: each [b, 77, w], after the final normalisation
     */
    List<Value> encode(Weights w, Value ids) {
        Weights embeddings = w.sub("embeddings");
        int width = config.width();
        Value tokens = l.lookUp(embeddings.sub("token_embedding"), ids, config.vocabulary(), width);
        Value h =
                Ops.add(
                        tokens,
                        embeddings.sub("position_embedding").get("weight", config.length(), width));
        List<Value> hidden = new ArrayList<>(List.of(h));
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
        return hidden.reversed().stream()
                .map(each -> l.layerNorm(w.sub("final_layer_norm"), each))
                .toList();
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
        return l.linear(
                w.sub("fc2"), Ops.quickGelu(l.linear(w.sub("fc1"), x, 4 * width), 1.702f), width);
    }
}
