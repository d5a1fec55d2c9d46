package huafang.engine.checkpoint;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which model a checkpoint holds, read from its tensors' names and shapes alone, except for what
 * shapes cannot say.
 *
 * @param text the towers whose outputs stand side by side in the U-Net's context
 * @param zeroTerminal whether it was trained up to noise alone
 * @param width of the pictures that it was trained on, in pixels; of a 2.x file that states neither
 *     this nor what it predicts, that of what it {@link Parameterization#likely likely} predicts
 * @param height of the pictures that it was trained on, in pixels, likewise
 */
public record ModelConfig(
        Family family,
        UNetConfig unet,
        List<TextConfig> text,
        VaeConfig vae,
        Parameterization parameterization,
        boolean zeroTerminal,
        int width,
        int height) {
    /** Width of the sinusoid that each of XL's numbers becomes. */
    public static final int NUMBER_WIDTH = 256;

    private static final String SUPPORTED =
            "a Stable Diffusion 1.x, 2.x or XL checkpoint (U-Net, text encoders and VAE together)";
    private static final Pattern RESOLUTION = Pattern.compile("(\\d{2,4})x(\\d{2,4})");

    /**
     * An inpainting network sees the mask, one channel, and the masked picture beside the latents.
     */
    private static final int MASK = 1;

    public ModelConfig {
        text = List.copyOf(text);
    }

    /**
     * Detects Stable Diffusion of any width and depth. Tensors that it has no use for are ignored.
     *
     * @throws CheckpointException if the tensors describe no such model, saying what they do
     *     describe
     */
    public static ModelConfig detect(Checkpoint file) {
        var root = new Shapes(file, "");
        Shapes unetPlace = root.sub("model.diffusion_model");
        Shapes vae = root.sub("first_stage_model");
        boolean hasText =
                root.sub("cond_stage_model.transformer").exists()
                        || root.sub("conditioner.embedders").exists();
        var foreign = OtherKind.foreign(root);
        if (foreign.isPresent()
                || !unetPlace.has("input_blocks.0.0.weight")
                || !hasText
                || !vae.sub("decoder").exists()) {
            throw root.refusal(SUPPORTED, foreign.orElseGet(() -> OtherKind.describe(root)));
        }
        UNetConfig unet = UNetConfig.detect(unetPlace);
        Family family = Family.of(root, unet);
        VaeConfig autoencoder = VaeConfig.detect(vae);
        boolean paintsAnew = unet.inChannels() == autoencoder.latentChannels();
        Parameterization stated = Parameterization.of(file, family == Family.SD_2 && paintsAnew);
        Parameterization likely =
                stated == Parameterization.UNSTATED ? Parameterization.likely(unetPlace) : stated;
        var config =
                new ModelConfig(
                        family,
                        unet,
                        family.towers(root),
                        autoencoder,
                        stated,
                        Parameterization.isZeroTerminal(file),
                        nativeSize(file, 1).orElse(family.size(likely)),
                        nativeSize(file, 2).orElse(family.size(likely)));
        config.checkAgreement(root);
        return config;
    }

    /**
     * The same once its network has been asked what it predicts, of which the size that it was
     * trained on follows where the file states none.
     */
    public ModelConfig predicting(Parameterization found, Checkpoint file) {
        return new ModelConfig(
                family,
                unet,
                text,
                vae,
                found,
                zeroTerminal,
                nativeSize(file, 1).orElse(family.size(found)),
                nativeSize(file, 2).orElse(family.size(found)));
    }

    /** Channels that the U-Net sees beside the latents' own: 0, or a mask and a masked picture. */
    public int imageChannels() {
        return unet.inChannels() - vae.latentChannels();
    }

    /** What the autoencoder's latents are multiplied with before the U-Net sees them. */
    public float latentScale() {
        return family.latentScale();
    }

    /** Whether one model's U-Net can go on with what another's began. */
    public boolean sharesLatents(ModelConfig other) {
        return latentScale() == other.latentScale()
                && vae.latentChannels() == other.vae.latentChannels();
    }

    /** What people call it. */
    public String description() {
        return family + (imageChannels() > 0 ? ", inpainting" : "");
    }

    private void checkAgreement(Shapes root) {
        int latents = vae.latentChannels();
        if (imageChannels() != 0 && imageChannels() != MASK + latents) {
            throw root.refusal(
                    "a U-Net whose input has the latents' %d channels, or %d for inpainting"
                            .formatted(latents, 2 * latents + MASK),
                    unet.inChannels()
                            + switch (unet.inChannels()) {
                                case 5 -> " (a model that paints over depths)";
                                case 7 -> " (an upscaler)";
                                case 8 -> " (an editing model)";
                                default -> "";
                            });
        }
        require(root, "predicts the latents' %d channels", latents, unet.outChannels());
        require(
                root,
                "reads text of the text encoders' width %d",
                text.stream().mapToInt(TextConfig::width).sum(),
                unet.contextWidth());
        int pooled = text.stream().mapToInt(TextConfig::pooledWidth).sum();
        require(
                root,
                "takes a vector of %d numbers",
                pooled + NUMBER_WIDTH * family.numbers(),
                unet.vectorWidth());
    }

    private static void require(Shapes root, String what, int expected, int found) {
        if (expected != found) {
            throw root.refusal("a U-Net that " + what.formatted(expected), "" + found);
        }
    }

    /**
     * The resolution that the file states, if it is one that could be asked for; malformed
     * statements are ignored.
     */
    private static Optional<Integer> nativeSize(Checkpoint file, int side) {
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
