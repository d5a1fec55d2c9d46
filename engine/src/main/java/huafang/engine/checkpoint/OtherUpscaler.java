package huafang.engine.checkpoint;

/**
 * Networks that people have among their upscalers and that do not run here, told by a name's part.
 */
enum OtherUpscaler {
    HAT("relative_position_index_OCA", "a HAT upscaler"),
    SWIN_2("attn.logit_scale", "a Swin2SR upscaler"),
    SWIN("residual_group.blocks.", "a SwinIR upscaler"),
    DAT("attn.attns.", "a DAT upscaler"),
    OMNI("residual_layer.0.residual_layer", "an OmniSR upscaler"),
    SPAN("block_1.c1_r.sk", "a SPAN upscaler"),
    GFPGAN("stylegan_decoder", "GFPGAN, which restores faces"),
    CODE_FORMER("quantize.embedding", "CodeFormer, which restores faces");

    private final String part;
    private final String words;

    OtherUpscaler(String part, String words) {
        this.part = part;
        this.words = words;
    }

    static String describe(Shapes root) {
        for (OtherUpscaler other : values()) {
            for (String name : root.file().names()) {
                if (name.contains(other.part)) {
                    return other.words;
                }
            }
        }
        return OtherKind.describe(root);
    }
}
