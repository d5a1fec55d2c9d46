package huafang.engine.checkpoint;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whole checkpoints in the original layout: all names stay, except that OpenCLIP's text towers get
 * transformers' names and that some old 1.x files lack a part of theirs.
 */
final class OriginalNames implements Naming {
    private static final Pattern OPEN_CLIP =
            Pattern.compile("(cond_stage_model|conditioner\\.embedders\\.\\d+)\\.model\\.(.+)");
    private static final Pattern OLD_TEXT =
            Pattern.compile(
                    "(cond_stage_model\\.transformer)\\.((embeddings|encoder|final_layer_norm)\\..+)");
    private static final Pattern BLOCK =
            Pattern.compile("transformer\\.resblocks\\.(\\d+)\\.(.+)\\.(weight|bias)");
    private static final Pattern FUSED =
            Pattern.compile("transformer\\.resblocks\\.(\\d+)\\.attn\\.in_proj_(weight|bias)");

    private static final Map<String, String> TOWER =
            Map.of(
                    "token_embedding.weight", "text_model.embeddings.token_embedding.weight",
                    "positional_embedding", "text_model.embeddings.position_embedding.weight",
                    "ln_final.weight", "text_model.final_layer_norm.weight",
                    "ln_final.bias", "text_model.final_layer_norm.bias",
                    "text_projection", "text_projection",
                    "text_projection.weight", "text_projection.weight");
    private static final Map<String, String> LAYERS =
            Map.of(
                    "ln_1", "layer_norm1",
                    "ln_2", "layer_norm2",
                    "attn.out_proj", "self_attn.out_proj",
                    "mlp.c_fc", "mlp.fc1",
                    "mlp.c_proj", "mlp.fc2");
    private static final List<String> FUSED_PARTS = List.of("q_proj", "k_proj", "v_proj");

    @Override
    public List<TensorInfo> original(TensorInfo tensor) {
        Matcher tower = OPEN_CLIP.matcher(tensor.name());
        if (tower.matches()) {
            return openClip(tensor, tower.group(1) + ".transformer.", tower.group(2));
        }
        Matcher old = OLD_TEXT.matcher(tensor.name());
        return List.of(
                old.matches()
                        ? tensor.named(old.group(1) + ".text_model." + old.group(2))
                        : tensor);
    }

    private static List<TensorInfo> openClip(TensorInfo tensor, String place, String name) {
        Matcher fused = FUSED.matcher(name);
        if (fused.matches()
                && !tensor.shape().isEmpty()
                && tensor.shape().getFirst() % FUSED_PARTS.size() == 0) {
            String attention =
                    place + "text_model.encoder.layers." + fused.group(1) + ".self_attn.";
            return tensor.split(
                    FUSED_PARTS.stream()
                            .map(part -> attention + part + "." + fused.group(2))
                            .toList());
        }
        Matcher block = BLOCK.matcher(name);
        if (block.matches() && LAYERS.containsKey(block.group(2))) {
            return List.of(
                    tensor.named(
                            "%stext_model.encoder.layers.%s.%s.%s"
                                    .formatted(
                                            place,
                                            block.group(1),
                                            LAYERS.get(block.group(2)),
                                            block.group(3))));
        }
        String known = TOWER.get(name);
        return List.of(known == null ? tensor : tensor.named(place + known));
    }
}
