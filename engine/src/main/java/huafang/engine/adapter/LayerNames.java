package huafang.engine.adapter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of a checkpoint's weights the layers' names in adapters mean: names of the original layout
 * and of diffusers, joined by dots or by underscores (kohya's), for the U-Net and for each text
 * encoder.
 */
public final class LayerNames {
    private static final String UNET = "model.diffusion_model.";
    private static final Pattern TEXT =
            Pattern.compile(
                    "(?:cond_stage_model|conditioner\\.embedders\\.(\\d))\\.transformer\\.(.+)");
    private static final String WEIGHT = ".weight";

    /** Makes one vector of a prompt; the original layout has it as a matrix, on its side. */
    private static final String PROJECTION = "text_projection";

    private static final String FIRST = "conditioner.embedders.0.transformer.";
    private static final String SECOND = "conditioner.embedders.1.transformer.";
    private static final Pattern BLOCK =
            Pattern.compile("(input|output)_blocks\\.(\\d+)\\.(\\d+)\\.(.+)");
    private static final Map<String, String> RESIDUAL =
            Map.of(
                    "in_layers.2", "conv1",
                    "emb_layers.1", "time_emb_proj",
                    "out_layers.3", "conv2",
                    "skip_connection", "conv_shortcut");
    private static final Map<String, String> TOP =
            Map.of(
                    "input_blocks.0.0", "conv_in",
                    "time_embed.0", "time_embedding.linear_1",
                    "time_embed.2", "time_embedding.linear_2",
                    "label_emb.0.0", "add_embedding.linear_1",
                    "label_emb.0.2", "add_embedding.linear_2",
                    "out.2", "conv_out");

    /** How dialects begin the names of each network, and how it is called here. */
    private static final String[][] PREFIXES = {
        {"lora_unet_", "unet_"},
        {"unet.", "unet_"},
        {"lora_te_", "te_"},
        {"lora_te1_", "te_"},
        {"text_encoder.", "te_"},
        {"lora_te2_", "te2_"},
        {"text_encoder_2.", "te2_"},
        {"text_model.", "te_text_model."},
        {"down_blocks.", "unet_down_blocks."},
        {"mid_block.", "unet_mid_block."},
        {"up_blocks.", "unet_up_blocks."}
    };

    private final Map<String, Layer> layers = new HashMap<>();

    /**
     * A weight that can be adapted.
     *
     * @param weight its name in the checkpoint
     * @param shape [out, in] or [out, in, k, k], also where the file has it on its side
     */
    public record Layer(String weight, List<Long> shape) {
        int out() {
            return Math.toIntExact(shape.getFirst());
        }

        int columns() {
            return Math.toIntExact(shape.stream().skip(1).reduce(1L, Math::multiplyExact));
        }

        /** Whether it belongs to the U-Net, and not to a text encoder. */
        boolean unet() {
            return weight.startsWith(UNET);
        }
    }

    /**
     * @param shapes of a checkpoint's tensors by their original names
     */
    public LayerNames(Map<String, List<Long>> shapes) {
        var places = new Places(shapes);
        boolean pair = shapes.keySet().stream().anyMatch(name -> name.startsWith(SECOND));
        String pooled = pair ? SECOND : FIRST;
        shapes.forEach((name, shape) -> {
            if (name.startsWith(pooled) && isProjection(name) && shape.size() == 2) {
                boolean onItsSide = !name.endsWith(WEIGHT);
                put(
                        pair ? "te2" : "te",
                        PROJECTION,
                        onItsSide
                                ? new Layer(name + WEIGHT, shape.reversed())
                                : new Layer(name, shape));
            } else if (name.endsWith(WEIGHT) && (shape.size() == 2 || shape.size() == 4)) {
                add(name.substring(0, name.length() - WEIGHT.length()), name, shape, places);
            }
        });
    }

    private void add(String layer, String weight, List<Long> shape, Places places) {
        var found = new Layer(weight, shape);
        Matcher text = TEXT.matcher(layer);
        if (layer.startsWith(UNET)) {
            String name = layer.substring(UNET.length());
            put("unet", name, found);
            put("unet", places.diffusers(name), found);
        } else if (text.matches() && layer.contains(".encoder.layers.")) {
            String tower = text.group(1) == null ? "0" : text.group(1);
            put(tower.equals("0") ? "te" : "te2", text.group(2), found);
        }
    }

    private static boolean isProjection(String name) {
        return name.endsWith("." + PROJECTION) || name.endsWith("." + PROJECTION + WEIGHT);
    }

    private void put(String network, String name, Layer layer) {
        layers.put(network + "_" + name.replace('.', '_'), layer);
    }

    /** Shapes of the weights of a network that can be changed, by their names. */
    public Map<String, List<Long>> under(String prefix) {
        Map<String, List<Long>> shapes = new HashMap<>();
        for (Layer layer : layers.values()) {
            if (layer.weight.startsWith(prefix)) {
                shapes.put(layer.weight, layer.shape);
            }
        }
        return shapes;
    }

    /**
     * The layer that an adapter's name means.
     *
     * @param name as in {@code lora_unet_down_blocks_0_...}, {@code
     *     unet.down_blocks.0....processor.to_q} or {@code text_encoder.text_model....}
     */
    public Optional<Layer> find(String name) {
        String plain = name.replaceFirst("^base_model\\.model\\.", "");
        for (String[] prefix : PREFIXES) {
            if (plain.startsWith(prefix[0])) {
                plain = prefix[1] + plain.substring(prefix[0].length());
                break;
            }
        }
        plain =
                plain.replace(".processor.", ".")
                        .replace('.', '_')
                        .replaceFirst("_to_out$", "_to_out_0");
        return Optional.ofNullable(layers.get(plain));
    }

    /** The original's places under diffusers' names, which count blocks within their level. */
    private static final class Places {
        private final Map<String, String> places = new HashMap<>();

        Places(Map<String, List<Long>> shapes) {
            down(shapes);
            up(shapes);
            places.put("middle_block.0", "mid_block.resnets.0");
            places.put("middle_block.1", "mid_block.attentions.0");
            places.put("middle_block.2", "mid_block.resnets.1");
        }

        private void down(Map<String, List<Long>> shapes) {
            int level = 0;
            int index = 0;
            for (int n = 1; has(shapes, "input_blocks." + n); n++) {
                String block = "down_blocks." + level;
                if (shapes.containsKey(UNET + "input_blocks." + n + ".0.op.weight")) {
                    places.put("input_blocks." + n + ".0", block + ".downsamplers.0");
                    level++;
                    index = 0;
                } else {
                    places.put("input_blocks." + n + ".0", block + ".resnets." + index);
                    places.put("input_blocks." + n + ".1", block + ".attentions." + index);
                    index++;
                }
            }
        }

        private void up(Map<String, List<Long>> shapes) {
            int level = 0;
            int index = 0;
            for (int n = 0; has(shapes, "output_blocks." + n); n++) {
                String block = "up_blocks." + level;
                places.put("output_blocks." + n + ".0", block + ".resnets." + index);
                places.put("output_blocks." + n + ".1", block + ".attentions." + index);
                index++;
                for (int last = 1; last <= 2; last++) {
                    String place = "output_blocks." + n + "." + last;
                    if (shapes.containsKey(UNET + place + ".conv.weight")) {
                        places.put(place, block + ".upsamplers.0");
                        level++;
                        index = 0;
                    }
                }
            }
        }

        private static boolean has(Map<String, List<Long>> shapes, String block) {
            return shapes.containsKey(UNET + block + ".0.op.weight")
                    || shapes.containsKey(UNET + block + ".0.in_layers.2.weight");
        }

        String diffusers(String name) {
            if (TOP.containsKey(name)) {
                return TOP.get(name);
            }
            Matcher block = BLOCK.matcher(name);
            boolean middle = name.startsWith("middle_block.");
            if (!middle && !block.matches()) {
                return name;
            }
            int end = name.indexOf('.', name.indexOf('.') + 1);
            end = middle ? end : name.indexOf('.', end + 1);
            String place = places.getOrDefault(name.substring(0, end), name.substring(0, end));
            String inner = name.substring(end + 1);
            return place
                    + "."
                    + (inner.equals("op") ? "conv" : RESIDUAL.getOrDefault(inner, inner));
        }
    }
}
