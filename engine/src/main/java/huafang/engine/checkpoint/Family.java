package huafang.engine.checkpoint;

import huafang.engine.checkpoint.TextConfig.Reading;
import java.util.List;

/** Models that share a layout and a training, whatever their width, depth and inputs. */
public enum Family {
    SD_1("Stable Diffusion 1.x", 512, 0.18215f, 0),
    SD_2("Stable Diffusion 2.x", 512, 0.18215f, 0),
    XL("Stable Diffusion XL", 1024, 0.13025f, 6),
    XL_REFINER("Stable Diffusion XL refiner", 1024, 0.13025f, 5);

    private final String words;
    private final int size;
    private final float latentScale;
    private final int numbers;

    Family(String words, int size, float latentScale, int numbers) {
        this.words = words;
        this.size = size;
        this.latentScale = latentScale;
        this.numbers = numbers;
    }

    /**
     * Told by the U-Net's extra conditioning and the way it projects tokens, and in XL by the
     * number of text towers.
     */
    static Family of(Shapes root, UNetConfig unet) {
        if (unet.vectorWidth() > 0) {
            return root.sub("conditioner.embedders.1").exists() ? XL : XL_REFINER;
        }
        return unet.linear() ? SD_2 : SD_1;
    }

    /** The text towers, in the order in which their outputs stand side by side. */
    List<TextConfig> towers(Shapes root) {
        return switch (this) {
            case SD_1 -> List.of(tower(root, "cond_stage_model", Reading.CLIP_LAST, false));
            case SD_2 ->
                    List.of(tower(root, "cond_stage_model", Reading.OPEN_CLIP_NORMALISED, false));
            case XL ->
                    List.of(
                            tower(root, "conditioner.embedders.0", Reading.CLIP_PENULTIMATE, false),
                            tower(
                                    root,
                                    "conditioner.embedders.1",
                                    Reading.OPEN_CLIP_PENULTIMATE,
                                    true));
            case XL_REFINER ->
                    List.of(
                            tower(
                                    root,
                                    "conditioner.embedders.0",
                                    Reading.OPEN_CLIP_PENULTIMATE,
                                    true));
        };
    }

    private static TextConfig tower(Shapes root, String place, Reading reading, boolean pooled) {
        return TextConfig.detect(root.sub(place).sub("transformer"), reading, pooled);
    }

    /** The width and height of the pictures that it was trained on, if the file states none. */
    int size(Parameterization parameterization) {
        return this == SD_2 && parameterization == Parameterization.V ? 768 : size;
    }

    /** What the autoencoder's latents are multiplied with before the U-Net sees them. */
    float latentScale() {
        return latentScale;
    }

    /** How many numbers beside the prompt go into the U-Net's vector: sizes, and a score. */
    public int numbers() {
        return numbers;
    }

    /** The name that people know it by. */
    @Override
    public String toString() {
        return words;
    }
}
