package huafang.engine.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * The sizes of a U-Net.
 *
 * @param inChannels channels of the noisy latent
 * @param outChannels channels of the prediction
 * @param channels width of the first convolution, and of the timestep's sinusoid
 * @param contextWidth width of the text that the attention reads
 * @param heads attention heads, the same number at every level
 * @param levels from the finest to the coarsest; each halves the one before
 * @param middleDepth transformer blocks in the middle
 */
public record UNetConfig(
        int inChannels,
        int outChannels,
        int channels,
        int contextWidth,
        int heads,
        List<Level> levels,
        int middleDepth) {
    /** Stable Diffusion's group normalisation has 32 groups everywhere. */
    static final int GROUPS = 32;

    /** Stable Diffusion 1.x has 8 heads at every level; the shapes do not say so. */
    private static final int HEADS = 8;

    /**
     * One resolution.
     *
     * @param depth transformer blocks after each residual block, 0 for no attention
     */
    public record Level(int channels, int resBlocks, int depth) {}

    public UNetConfig {
        levels = List.copyOf(levels);
    }

    static UNetConfig detect(Shapes unet) {
        Shapes blocks = unet.sub("input_blocks");
        int channels = blocks.size("0.0.weight", 4, 0);
        var levels = new ArrayList<Level>();
        int next = 1;
        do {
            int first = next;
            while (blocks.sub(next).has("0.in_layers.2.weight")) {
                Level found = level(blocks.sub(next), next - first + 1);
                if (next > first && !found.equals(resized(levels.removeLast()))) {
                    throw blocks.refusal(
                            "residual blocks alike within a level",
                            "input_blocks." + next + " " + found);
                }
                levels.add(found);
                next++;
            }
            if (next == first) {
                throw blocks.refusal(
                        "a residual block or the last level at input_blocks." + next, "neither");
            }
        } while (blocks.sub(next++).has("0.op.weight"));
        int middleDepth = depth(unet.sub("middle_block").sub(1));
        if (middleDepth == 0) {
            throw unet.refusal("attention in the middle of the U-Net", "none");
        }
        return new UNetConfig(
                blocks.size("0.0.weight", 4, 1),
                unet.size("out.2.weight", 4, 0),
                blocks.divisible(channels, GROUPS, "groups"),
                unet.size("middle_block.1.transformer_blocks.0.attn2.to_k.weight", 2, 1),
                HEADS,
                levels,
                middleDepth);
    }

    private static Level level(Shapes block, int resBlocks) {
        int channels = block.divisible(block.size("0.out_layers.3.weight", 4, 0), GROUPS, "groups");
        int depth = depth(block.sub(1));
        if (depth > 0) {
            block.divisible(channels, HEADS, "heads");
        }
        return new Level(channels, resBlocks, depth);
    }

    private static Level resized(Level level) {
        return new Level(level.channels, level.resBlocks + 1, level.depth);
    }

    private static int depth(Shapes transformer) {
        return transformer.sub("transformer_blocks").count("norm1.weight");
    }
}
