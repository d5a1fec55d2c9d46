package huafang.engine.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a U-Net was trained to predict. Shapes do not say it. These do, the first that is there: a
 * line {@code parameterization: "v"} in a file of the checkpoint's name that ends in .yaml beside
 * it, as AUTOMATIC1111 reads it; the scheduler's configuration in a folder of diffusers' layout;
 * the header's {@code modelspec.prediction_type}; a tensor named {@code v_pred}. Stable Diffusion
 * 2.x files that have none of these must be asked by running them; all others predict the noise,
 * 2.x for inpainting too, which was only ever trained so.
 */
public enum Parameterization {
    EPSILON,
    V,
    UNSTATED;

    /** Where {@link Checkpoint} keeps what stands beside the tensors. */
    static final String KEY = "huafang.parameterization";

    static final String ZERO_TERMINAL = "huafang.zero-terminal";

    /** A scheduler of Karras's noise levels, which a folder's configuration names. */
    static final String EDM = "EDM";

    private static final Map<String, String> OTHERS =
            Map.of(
                    "sample",
                    "that predicts the picture",
                    "x0",
                    "that predicts the picture",
                    "flow_prediction",
                    "that predicts a flow",
                    EDM,
                    "on other noise levels");

    private static final Pattern YAML =
            Pattern.compile("^\\s*parameterization:\\s*[\"']?(\\w+)", Pattern.MULTILINE);
    private static final int LARGEST = 1 << 20;

    /**
     * How far the numbers of one bias spread in the U-Nets of 2.x that predict the velocity: by
     * this ComfyUI tells them apart.
     */
    private static final double SPREAD = 0.09;

    private static final int MOST_BLOCKS = 64;

    /**
     * @param second whether it is of 2.x, where the two are not told apart otherwise
     * @throws CheckpointException if it is stated to predict anything else
     */
    static Parameterization of(Checkpoint checkpoint, boolean second) {
        String beside = checkpoint.metadata().getOrDefault("modelspec.prediction_type", "");
        String stated = checkpoint.metadata().getOrDefault(KEY, beside);
        if (OTHERS.containsKey(stated)) {
            throw new CheckpointException(
                    "%s: expected a network that predicts the noise (epsilon) or the velocity (v_prediction), found one %s (\"%s\")"
                            .formatted(checkpoint.name(), OTHERS.get(stated), stated));
        }
        if (stated.startsWith("v") || stated.isEmpty() && checkpoint.find("v_pred").isPresent()) {
            return V;
        }
        return second && !stated.startsWith("eps") ? UNSTATED : EPSILON;
    }

    /**
     * What an unstated U-Net probably predicts, which decides nothing but the size that people are
     * offered before the network has been run: the two trainings left their mark in the last
     * transformer's first bias.
     */
    static Parameterization likely(Shapes unet) {
        for (int block = MOST_BLOCKS; block >= 0; block--) {
            Optional<float[]> bias =
                    unet.sub("output_blocks")
                            .sub(block)
                            .floats("1.transformer_blocks.0.norm1.bias");
            if (bias.isPresent()) {
                return spread(bias.get()) > SPREAD ? V : EPSILON;
            }
        }
        return EPSILON;
    }

    private static double spread(float[] numbers) {
        double mean = 0;
        for (float number : numbers) {
            mean += (double) number / numbers.length;
        }
        double variance = 0;
        for (float number : numbers) {
            variance += (number - mean) * (number - mean) / numbers.length;
        }
        return Math.sqrt(variance);
    }

    /**
     * Whether a network was trained on noise levels of which the last leaves nothing of the
     * picture: a tensor named {@code ztsnr} says so, or a scheduler's configuration.
     */
    static boolean isZeroTerminal(Checkpoint checkpoint) {
        return checkpoint.find("ztsnr").isPresent()
                || checkpoint.metadata().getOrDefault(ZERO_TERMINAL, "").equals("true");
    }

    /** What stands in the configuration beside a checkpoint's file. */
    static Optional<String> beside(Path checkpoint) {
        String name = String.valueOf(checkpoint.getFileName());
        int dot = name.lastIndexOf('.');
        return field(
                checkpoint.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".yaml"),
                YAML);
    }

    /** A pattern's first group in a small text file; nothing if either is not there. */
    static Optional<String> field(Path file, Pattern pattern) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                return Optional.empty();
            }
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            Matcher found = pattern.matcher(text);
            return found.find() ? Optional.of(found.group(1)) : Optional.empty();
        } catch (IOException e) {
            throw new CheckpointException(
                    "%s cannot be read: %s".formatted(file.getFileName(), e.getMessage()), e);
        }
    }
}
