package huafang.engine.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Files in the right format that are no checkpoint that runs here, told by where their tensors lie,
 * or by a part of a name that begins with a dot. The first match counts.
 */
enum OtherKind {
    SD_3("joint_blocks", "a Stable Diffusion 3 checkpoint"),
    CHROMA("distilled_guidance_layer", "a Chroma checkpoint"),
    FLUX("double_blocks", "a Flux checkpoint"),
    AURA_FLOW("double_layers", "an AuraFlow checkpoint"),
    PIX_ART("adaln_single", "a PixArt checkpoint"),
    PIX_ART_ORIGINAL("t_block", "a PixArt checkpoint"),
    HUNYUAN_DIT("mlp_t5", "a Hunyuan-DiT checkpoint"),
    CASCADE_C("clip_txt_mapper", "a Stable Cascade checkpoint"),
    CASCADE_B("effnet_mapper", "a Stable Cascade checkpoint"),
    LUMINA("cap_embedder", "a Lumina or Z-Image checkpoint"),
    QWEN("txt_norm", "a Qwen-Image checkpoint"),
    WAN("head.modulation", "a Wan video checkpoint"),
    VIDEO("input_blocks.1.0.time_stack", "a Stable Video Diffusion checkpoint"),
    VIDEO_2("transformer_in", "a ModelScope or Zeroscope video checkpoint"),
    MOTION(".motion_modules.", "an AnimateDiff checkpoint"),
    PLAYGROUND("edm_mean", "a Playground v2.5 checkpoint"),
    COS_XL("edm_vpred", "a CosXL checkpoint, whose noise levels are EDM's"),
    TOLD_GUIDANCE("time_embedding.cond_proj", OtherKind.CONSISTENT),
    TOLD_GUIDANCE_ORIGINAL("time_embed.cond_proj", OtherKind.CONSISTENT),
    KOLORS("encoder_hid_proj", "a Kolors or Kandinsky checkpoint"),
    SCALED("scaled_fp8", OtherKind.EIGHT_BITS),
    SCALED_WEIGHT(".scale_weight", OtherKind.EIGHT_BITS),
    SCALED_WEIGHT_2(".weight_scale", OtherKind.EIGHT_BITS),
    UN_CLIP("embedder.model.visual", "a Stable Diffusion unCLIP checkpoint"),
    CONTROL("control_model", "a ControlNet"),
    CONTROL_ALONE("zero_convs", "a ControlNet"),
    CONTROL_DIFFUSERS("controlnet_cond_embedding", "a ControlNet"),
    ESRGAN("body.0.rdb1", "an upscaler of the ESRGAN family"),
    UNET_ALONE(
            "model.diffusion_model.input_blocks",
            "a U-Net without a text encoder or without a VAE"),
    DIFFUSERS_UNET("down_blocks", "a U-Net alone in diffusers' layout"),
    VAE_ALONE("first_stage_model", "a VAE alone"),
    VAE_BARE("decoder.up", "a VAE alone"),
    VAE_DIFFUSERS("decoder.up_blocks", "a VAE alone"),
    TEXT_ALONE("text_model", "a text encoder alone");

    private static final String CONSISTENT =
            "a latent consistency model that is told the guidance scale (cond_proj)";
    private static final String EIGHT_BITS =
            "weights in eight bits with scales beside them (scaled fp8); plain F8_E4M3 and F8_E5M2 are read";
    private static final List<String> PLACES = List.of("", Checkpoint.UNET, "model.");

    private final String place;
    private final String words;

    OtherKind(String place, String words) {
        this.place = place;
        this.words = words;
    }

    /** Another architecture, even if the file has all the parts of one that runs here. */
    static Optional<String> foreign(Shapes root) {
        return Arrays.stream(values())
                .filter(kind -> kind.compareTo(ESRGAN) < 0 && kind.matches(root))
                .map(kind -> kind.words)
                .findFirst();
    }

    static String describe(Shapes root) {
        for (OtherKind kind : values()) {
            if (kind.matches(root)) {
                return kind.words;
            }
        }
        int count = 0;
        for (String name : root.file().names()) {
            if (name.startsWith("lora_") || name.contains(".lora_") || name.contains(".hada_")) {
                return "a LoRA";
            }
            count++;
        }
        return count == 0
                ? "no tensors"
                : "%d tensors of no known model, the first \"%s\""
                        .formatted(count, root.file().names().iterator().next());
    }

    private boolean matches(Shapes root) {
        if (place.startsWith(".")) {
            for (String name : root.file().names()) {
                if (name.contains(place)) {
                    return true;
                }
            }
            return false;
        }
        return PLACES.stream()
                .map(prefix -> prefix + place)
                .anyMatch(path -> root.has(path) || new Shapes(root.file(), path + ".").exists());
    }
}
