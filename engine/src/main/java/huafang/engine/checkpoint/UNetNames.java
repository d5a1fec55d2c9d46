package huafang.engine.checkpoint;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Diffusers' names for the U-Net's blocks and layers, and the original's for the same ones.
 *
 * <p>Diffusers counts blocks within a level, the original counts them through; so the places depend
 * on how many blocks each level has.
 */
final class UNetNames implements Naming {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "(down|up)_blocks\\.(\\d{1,2})\\.(resnets|attentions)\\.(\\d{1,2})\\..+");
    private static final Pattern PLACE =
            Pattern.compile(
                    "((?:(?:down|up)_blocks\\.\\d{1,2}|mid_block)\\.(resnets|attentions|upsamplers|downsamplers)\\.\\d{1,2})\\.(.+)");
    private static final Map<String, String> RESIDUAL =
            Map.of(
                    "norm1", "in_layers.0",
                    "conv1", "in_layers.2",
                    "time_emb_proj", "emb_layers.1",
                    "norm2", "out_layers.0",
                    "conv2", "out_layers.3",
                    "conv_shortcut", "skip_connection");
    private static final Map<String, String> TOP =
            Map.of(
                    "conv_in", "input_blocks.0.0",
                    "time_embedding.linear_1", "time_embed.0",
                    "time_embedding.linear_2", "time_embed.2",
                    "add_embedding.linear_1", "label_emb.0.0",
                    "add_embedding.linear_2", "label_emb.0.2",
                    "conv_norm_out", "out.0",
                    "conv_out", "out.2");

    private final Map<String, String> places = new LinkedHashMap<>();

    /**
     * @param names all of the U-Net's, as diffusers calls them
     */
    UNetNames(Collection<String> names) {
        Map<Integer, Integer> down = new TreeMap<>();
        Map<Integer, Integer> up = new TreeMap<>();
        for (String name : names) {
            Matcher block = BLOCK.matcher(name);
            if (block.matches() && block.group(3).equals("resnets")) {
                (block.group(1).equals("down") ? down : up)
                        .merge(
                                Integer.valueOf(block.group(2)),
                                1 + Integer.parseInt(block.group(4)),
                                Math::max);
            }
        }
        int next = 1;
        for (var level : down.entrySet()) {
            next = placeBlocks("down_blocks", "input_blocks", level, next);
            places.put(
                    "down_blocks.%d.downsamplers.0".formatted(level.getKey()),
                    "input_blocks." + next++ + ".0");
        }
        next = 0;
        for (var level : up.entrySet()) {
            next = placeBlocks("up_blocks", "output_blocks", level, next);
            String block = "up_blocks." + level.getKey();
            boolean attends =
                    names.stream()
                            .anyMatch(name ->
                                    name.startsWith(
                                            block
                                                    + ".attentions.%d."
                                                            .formatted(level.getValue() - 1)));
            places.put(
                    block + ".upsamplers.0",
                    "output_blocks.%d.%d".formatted(next - 1, attends ? 2 : 1));
        }
        places.put("mid_block.resnets.0", "middle_block.0");
        places.put("mid_block.attentions.0", "middle_block.1");
        places.put("mid_block.resnets.1", "middle_block.2");
    }

    private int placeBlocks(
            String theirs, String original, Map.Entry<Integer, Integer> level, int first) {
        for (int i = 0; i < level.getValue(); i++) {
            String block = theirs + "." + level.getKey();
            places.put(block + ".resnets." + i, original + "." + (first + i) + ".0");
            places.put(block + ".attentions." + i, original + "." + (first + i) + ".1");
        }
        return first + level.getValue();
    }

    @Override
    public List<TensorInfo> original(TensorInfo tensor) {
        return List.of(tensor.named(Checkpoint.UNET + original(tensor.name())));
    }

    /** The original's name for a weight or bias; the same if it has none. */
    String original(String name) {
        int dot = name.lastIndexOf('.');
        String layer = name.substring(0, Math.max(dot, 0));
        String kind = name.substring(Math.max(dot, 0));
        Matcher place = PLACE.matcher(layer);
        if (place.matches() && places.containsKey(place.group(1))) {
            String inner = place.group(3);
            return places.get(place.group(1))
                    + "."
                    + switch (place.group(2)) {
                        case "resnets" -> RESIDUAL.getOrDefault(inner, inner);
                        case "downsamplers" -> "op";
                        default -> inner;
                    }
                    + kind;
        }
        return TOP.getOrDefault(layer, layer) + kind;
    }
}
