package huafang.engine.checkpoint;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A VAE on its own, whose tensors lie at the top of their file: diffusers' or the original's. */
final class VaeNames implements Naming {
    private static final Pattern UP = Pattern.compile("decoder\\.up_blocks\\.(\\d{1,2})\\.(.+)");
    private static final Pattern DOWN =
            Pattern.compile("encoder\\.down_blocks\\.(\\d{1,2})\\.(.+)");
    private static final Pattern MIDDLE =
            Pattern.compile("(encoder|decoder)\\.mid_block\\.(resnets|attentions)\\.(\\d)\\.(.+)");
    private static final Map<String, String> TOP =
            Map.of(
                    "encoder.conv_norm_out", "encoder.norm_out",
                    "decoder.conv_norm_out", "decoder.norm_out");
    private static final Map<String, String> MIDDLE_LAYERS =
            Map.of(
                    "conv_shortcut", "nin_shortcut",
                    "group_norm", "norm",
                    "to_q", "q",
                    "to_k", "k",
                    "to_v", "v",
                    "to_out.0", "proj_out",
                    "query", "q",
                    "key", "k",
                    "value", "v",
                    "proj_attn", "proj_out");

    private final int levels;

    /**
     * @param names all of the VAE's
     */
    VaeNames(Collection<String> names) {
        levels =
                1
                        + names.stream()
                                .map(UP::matcher)
                                .filter(Matcher::matches)
                                .mapToInt(up -> Integer.parseInt(up.group(1)))
                                .max()
                                .orElse(-1);
    }

    /** The VAE in a file, alone there or at its place in a whole checkpoint. */
    static Naming of(Safetensors file) {
        var names = file.tensors().keySet();
        if (names.stream().anyMatch(name -> name.startsWith(Checkpoint.VAE))) {
            return tensor -> tensor.name().startsWith(Checkpoint.VAE) ? List.of(tensor) : List.of();
        }
        if (!names.contains("decoder.conv_in.weight")) {
            throw new CheckpointException(
                    "%s: expected a VAE, found no tensor \"decoder.conv_in.weight\""
                            .formatted(file.name()));
        }
        return new VaeNames(names);
    }

    @Override
    public List<TensorInfo> original(TensorInfo tensor) {
        String name = Checkpoint.VAE + original(tensor.name());
        // Diffusers keeps the attention's 1×1 convolutions as matrices.
        boolean matrix =
                tensor.shape().size() == 2
                        && name.contains(".mid.attn_1.")
                        && name.endsWith(".weight");
        return List.of(
                (matrix
                                ? tensor.shaped(
                                        List.of(
                                                tensor.shape().get(0),
                                                tensor.shape().get(1),
                                                1L,
                                                1L))
                                : tensor)
                        .named(name));
    }

    private String original(String name) {
        int dot = name.lastIndexOf('.');
        String layer = name.substring(0, Math.max(dot, 0));
        String kind = name.substring(Math.max(dot, 0));
        Matcher up = UP.matcher(layer);
        if (up.matches()) {
            int level = levels - 1 - Integer.parseInt(up.group(1));
            return "decoder.up." + level + "." + block(up.group(2)) + kind;
        }
        Matcher down = DOWN.matcher(layer);
        if (down.matches()) {
            return "encoder.down." + down.group(1) + "." + block(down.group(2)) + kind;
        }
        Matcher middle = MIDDLE.matcher(layer);
        if (middle.matches()) {
            String part = middle.group(2).equals("resnets") ? "block_" : "attn_";
            int number = 1 + Integer.parseInt(middle.group(3));
            String last = middle.group(4);
            return middle.group(1)
                    + ".mid."
                    + part
                    + number
                    + "."
                    + MIDDLE_LAYERS.getOrDefault(last, last)
                    + kind;
        }
        return TOP.getOrDefault(layer, layer) + kind;
    }

    private static String block(String name) {
        return name.replace("resnets.", "block.")
                .replace("conv_shortcut", "nin_shortcut")
                .replace("upsamplers.0.", "upsample.")
                .replace("downsamplers.0.", "downsample.");
    }
}
