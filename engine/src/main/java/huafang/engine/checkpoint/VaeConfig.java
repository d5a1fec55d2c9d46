package huafang.engine.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * The sizes of an autoencoder's decoder.
 *
 * @param latentChannels channels of a latent
 * @param middleChannels width at the latent's own resolution, before the levels
 * @param levels from the finest to the coarsest
 */
public record VaeConfig(int latentChannels, int middleChannels, List<Level> levels) {
    /**
     * Every level but the coarsest is twice as fine as the next: 8×8 pixels for every latent value.
     */
    private static final int LEVELS = 4;

    /** One resolution. */
    public record Level(int channels, int resBlocks) {}

    public VaeConfig {
        levels = List.copyOf(levels);
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
        if (levels.size() != LEVELS) {
            throw vae.refusal(
                    "a decoder with %d levels at \"%s\"".formatted(LEVELS, up.prefix()),
                    "" + levels.size());
        }
        int middle = decoder.size("conv_in.weight", 4, 0);
        return new VaeConfig(
                decoder.size("conv_in.weight", 4, 1),
                decoder.divisible(middle, UNetConfig.GROUPS, "groups"),
                levels);
    }
}
