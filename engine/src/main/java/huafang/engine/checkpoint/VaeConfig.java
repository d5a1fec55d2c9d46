package huafang.engine.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * The sizes of an autoencoder's decoder.
 *
 * @param latentChannels channels of a latent
 * @param middleChannels width at the latent's own resolution, before the levels
 * @param levels from the finest to the coarsest; each doubles the one after it
 */
public record VaeConfig(int latentChannels, int middleChannels, List<Level> levels) {

    /** One resolution. */
    public record Level(int channels, int resBlocks) {}

    public VaeConfig {
        levels = List.copyOf(levels);
    }

    /**
     * Pixels along one side of the square that one latent value stands for: 8 in Stable Diffusion.
     */
    public int scale() {
        return 1 << (levels.size() - 1);
    }

    static VaeConfig detect(Shapes vae) {
        Shapes decoder = vae.sub("decoder");
        Shapes up = decoder.sub("up");
        var levels = new ArrayList<Level>();
        for (int i = 0; up.sub(i).has("block.0.conv1.weight"); i++) {
            int channels = up.sub(i).size("block.0.conv1.weight", 4, 0);
            levels.add(
                    new Level(
                            up.divisible(channels, UNetConfig.GROUPS, "groups"),
                            up.sub(i).sub("block").count("conv1.weight")));
        }
        if (levels.isEmpty()) {
            throw vae.refusal("a decoder with levels at \"" + up.prefix() + "\"", "none");
        }
        return new VaeConfig(
                decoder.size("conv_in.weight", 4, 1), decoder.size("conv_in.weight", 4, 0), levels);
    }
}
