package huafang.engine.checkpoint;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which model a checkpoint holds, read from its tensors' names and shapes alone, except for what
 * shapes cannot say.
 *
 * @param width of the pictures that it was trained on, in pixels
 * @param height of the pictures that it was trained on, in pixels
 * @param latentScale what the autoencoder's latents were multiplied with before the U-Net was
 *     trained on them
 */
public record ModelConfig(
        UNetConfig unet, TextConfig text, VaeConfig vae, int width, int height, float latentScale) {
    private static final String SUPPORTED =
            "a Stable Diffusion 1.x checkpoint (U-Net, text encoder and VAE in one file)";
    private static final Pattern RESOLUTION = Pattern.compile("(\\d{2,4})x(\\d{2,4})");
    private static final int NATIVE_SIZE = 512;
    private static final float LATENT_SCALE = 0.18215f;

    /**
     * Detects Stable Diffusion 1.x in the original key layout, of any width and depth. Tensors that
     * it has no use for are ignored.
     *
     * @throws CheckpointException if the tensors describe no such model, saying what they do
     *     describe
     */
    public static ModelConfig detect(Safetensors file) {
        var root = new Shapes(file, "");
        Shapes unet = root.sub("model.diffusion_model");
        Shapes text = root.sub("cond_stage_model.transformer.text_model");
        Shapes vae = root.sub("first_stage_model");
        if (!unet.has("input_blocks.0.0.weight")
                || !text.exists()
                || !vae.sub("decoder").exists()) {
            throw root.refusal(SUPPORTED, OtherKind.describe(root));
        }
        var config =
                new ModelConfig(
                        UNetConfig.detect(unet),
                        TextConfig.detect(text),
                        VaeConfig.detect(vae),
                        nativeSize(file, 1).orElse(NATIVE_SIZE),
                        nativeSize(file, 2).orElse(NATIVE_SIZE),
                        LATENT_SCALE);
        config.checkAgreement(root);
        return config;
    }

    private void checkAgreement(Shapes root) {
        if (unet.inChannels() != vae.latentChannels()) {
            throw root.refusal(
                    "a U-Net whose input has the latents' %d channels"
                            .formatted(vae.latentChannels()),
                    switch (unet.inChannels()) {
                        case 9 -> "9 (an inpainting model)";
                        case 8 -> "8 (an editing model)";
                        default -> "" + unet.inChannels();
                    });
        }
        if (unet.outChannels() != vae.latentChannels()) {
            throw root.refusal(
                    "a U-Net that predicts the latents' %d channels"
                            .formatted(vae.latentChannels()),
                    "" + unet.outChannels());
        }
        if (unet.contextWidth() != text.width()) {
            throw root.refusal(
                    "a U-Net that reads text of the text encoder's width %d"
                            .formatted(text.width()),
                    "" + unet.contextWidth());
        }
    }

    /**
     * The resolution that the file states, if it is one that could be asked for; malformed
     * statements are ignored.
     */
    private static Optional<Integer> nativeSize(Safetensors file, int side) {
        Matcher stated =
                RESOLUTION.matcher(file.metadata().getOrDefault("modelspec.resolution", ""));
        return stated.matches() && usable(stated.group(1)) && usable(stated.group(2))
                ? Optional.of(Integer.valueOf(stated.group(side)))
                : Optional.empty();
    }

    private static boolean usable(String side) {
        int pixels = Integer.parseInt(side);
        return pixels >= 64 && pixels <= 2048 && pixels % 8 == 0;
    }
}
