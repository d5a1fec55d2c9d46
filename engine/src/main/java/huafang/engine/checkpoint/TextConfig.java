package huafang.engine.checkpoint;

/**
 * The sizes of a CLIP text encoder, and how Stable Diffusion reads it.
 *
 * @param place where its tensors lie
 * @param vocabulary rows of the token table
 * @param length tokens per prompt, start and end included
 * @param width of every token's vector
 * @param layers transformer layers
 * @param heads attention heads; CLIP's text towers have 64 channels per head
 * @param reading what is taken from it
 * @param pooledWidth width of the whole prompt's vector, 0 where none is taken
 */
public record TextConfig(
        String place,
        int vocabulary,
        int length,
        int width,
        int layers,
        int heads,
        Reading reading,
        int pooledWidth) {
    private static final int HEAD_WIDTH = 64;

    /** OpenCLIP ViT-H's last layer but one, from which 2.x reads. */
    private static final int PENULTIMATE_OF_H = 23;

    /** Which layer Stable Diffusion reads of a tower, and the tower's own ways. */
    public enum Reading {
        /** 1.x: CLIP ViT-L's last layer, normalised. */
        CLIP_LAST(true, true, true),
        /** XL: CLIP ViT-L's last layer but one, as it is. */
        CLIP_PENULTIMATE(true, false, true),
        /** 2.x: OpenCLIP ViT-H's last layer but one, normalised. */
        OPEN_CLIP_NORMALISED(false, true, false),
        /** XL and its refiner: OpenCLIP ViT-bigG's last layer but one, as it is. */
        OPEN_CLIP_PENULTIMATE(false, false, false);

        private final boolean quickGelu;
        private final boolean normalised;
        private final boolean filledWithEnds;

        Reading(boolean quickGelu, boolean normalised, boolean filledWithEnds) {
            this.quickGelu = quickGelu;
            this.normalised = normalised;
            this.filledWithEnds = filledWithEnds;
        }

        /** Whether the feed-forward layers use CLIP's approximation of GELU. */
        public boolean quickGelu() {
            return quickGelu;
        }

        /** Whether what is read goes through the final normalisation. */
        public boolean normalised() {
            return normalised;
        }

        /** Whether a prompt is filled up behind its end with ends; else with the token 0. */
        public boolean filledWithEnds() {
            return filledWithEnds;
        }
    }

    static TextConfig detect(Shapes tower, Reading reading, boolean pooled) {
        Shapes text = tower.sub("text_model");
        Shapes embeddings = text.sub("embeddings");
        int width = embeddings.size("token_embedding.weight", 2, 1);
        if (width % HEAD_WIDTH != 0) {
            throw text.refusal(
                    "a text encoder whose width is a multiple of " + HEAD_WIDTH, "" + width);
        }
        int layers = text.sub("encoder").sub("layers").count("layer_norm1.weight");
        if (layers < 2) {
            throw text.refusal("a text encoder with layers", "" + layers);
        }
        return new TextConfig(
                tower.prefix(),
                embeddings.size("token_embedding.weight", 2, 0),
                embeddings.size("position_embedding.weight", 2, 0),
                width,
                layers,
                width / HEAD_WIDTH,
                reading,
                pooled ? pooledWidth(tower) : 0);
    }

    private static int pooledWidth(Shapes tower) {
        return tower.has("text_projection.weight")
                ? tower.size("text_projection.weight", 2, 0)
                : tower.size("text_projection", 2, 1);
    }

    /**
     * How many of the last layers are left out.
     *
     * @param clipSkip 1 reads what the model was trained with, and each more a layer before; only
     *     1.x heeds it, as in AUTOMATIC1111
     */
    public int layersLeftOut(int clipSkip) {
        return switch (reading) {
            case CLIP_LAST -> clipSkip - 1;
            case CLIP_PENULTIMATE, OPEN_CLIP_PENULTIMATE -> 1;
            // Files made from diffusers' lack the layer that nobody reads.
            case OPEN_CLIP_NORMALISED -> Math.max(0, layers - PENULTIMATE_OF_H);
        };
    }
}
