package huafang.engine.checkpoint;

/**
 * Files in the right format that are no checkpoint that runs here, told by where their tensors lie.
 * The first match counts.
 */
enum OtherKind {
    XL("conditioner.embedders.1", "a Stable Diffusion XL checkpoint"),
    XL_REFINER("conditioner.embedders.0", "a Stable Diffusion XL refiner"),
    SD_2("cond_stage_model.model", "a Stable Diffusion 2.x checkpoint"),
    SD_3("model.diffusion_model.joint_blocks", "a Stable Diffusion 3 checkpoint"),
    FLUX("model.diffusion_model.double_blocks", "a Flux checkpoint"),
    FLUX_ALONE("double_blocks", "a Flux checkpoint"),
    CONTROL("control_model", "a ControlNet"),
    UNET_ALONE("model.diffusion_model", "a U-Net without a text encoder or without a VAE"),
    DIFFUSERS_UNET("down_blocks", "a U-Net in diffusers' layout"),
    VAE_ALONE("first_stage_model", "a VAE alone"),
    VAE_BARE("decoder.up", "a VAE alone"),
    TEXT_ALONE("text_model", "a text encoder alone");

    private final String place;
    private final String words;

    OtherKind(String place, String words) {
        this.place = place;
        this.words = words;
    }

    static String describe(Shapes root) {
        for (OtherKind kind : values()) {
            if (root.sub(kind.place).exists()) {
                return kind.words;
            }
        }
        var names = root.file().tensors().keySet();
        if (names.stream().anyMatch(name -> name.startsWith("lora_"))) {
            return "a LoRA";
        }
        return names.isEmpty()
                ? "no tensors"
                : "%d tensors of no known model, the first \"%s\""
                        .formatted(names.size(), names.iterator().next());
    }
}
