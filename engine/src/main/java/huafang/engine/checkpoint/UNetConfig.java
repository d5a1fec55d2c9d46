package huafang.engine.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The sizes of a U-Net.
 *
 * @param inChannels channels of the noisy latent, and of the image beside it
 * @param outChannels channels of the prediction
 * @param channels width of the first convolution, and of the timestep's sinusoid
 * @param contextWidth width of the text that the attention reads
 * @param vectorWidth width of the vector that is added to the timestep's embedding, 0 for none
 * @param linear whether tokens are projected into transformers and out of them as matrices, after
 *     they were laid out as tokens; else as 1×1 convolutions
 * @param levels from the finest to the coarsest; each halves the one before
 */
public record UNetConfig(
        int inChannels,
        int outChannels,
        int channels,
        int contextWidth,
        int vectorWidth,
        boolean linear,
        List<Level> levels,
        Middle middle) {
    /** Stable Diffusion's group normalisation has 32 groups everywhere. */
    static final int GROUPS = 32;

    /**
     * Stable Diffusion 1.x has 8 heads at every level, 2.x and XL 64 channels in every head. The
     * shapes do not say so, but the two also differ in how they project tokens.
     */
    private static final int HEADS = 8;

    private static final int HEAD_WIDTH = 64;
    private static final int MOST_BLOCKS = 64;

    /**
     * One resolution.
     *
     * @param heads attention heads
     * @param down transformer blocks after each residual block on the way down, 0 for no attention
     * @param up the same on the way up, where there is one residual block more
     */
    public record Level(int channels, int heads, List<Integer> down, List<Integer> up) {
        public Level {
            down = List.copyOf(down);
            up = List.copyOf(up);
        }
    }

    /**
     * Between the way down and the way up, in the coarsest level's width.
     *
     * @param resBlocks 2, or fewer in distilled models
     * @param depth transformer blocks after the first residual block, 0 for no attention
     */
    public record Middle(int resBlocks, int depth) {}

    public UNetConfig {
        levels = List.copyOf(levels);
    }

    static UNetConfig detect(Shapes unet) {
        Shapes reader =
                transformers(unet)
                        .findFirst()
                        .orElseThrow(() -> unet.refusal("a U-Net with attention", "none"));
        boolean linear = reader.rank("proj_in.weight") == 2;
        int channels = unet.size("input_blocks.0.0.weight", 4, 0);
        return new UNetConfig(
                unet.size("input_blocks.0.0.weight", 4, 1),
                unet.size("out.2.weight", 4, 0),
                unet.divisible(channels, GROUPS, "groups"),
                reader.size("transformer_blocks.0.attn2.to_k.weight", 2, 1),
                unet.has("label_emb.0.0.weight") ? unet.size("label_emb.0.0.weight", 2, 1) : 0,
                linear,
                levels(unet, linear),
                middle(unet.sub("middle_block")));
    }

    /** Where tokens are read: in the middle, or wherever a block attends. */
    private static Stream<Shapes> transformers(Shapes unet) {
        Stream<Shapes> middle = Stream.of(unet.sub("middle_block").sub(1));
        Stream<Shapes> sides =
                Stream.of("input_blocks", "output_blocks")
                        .flatMap(side ->
                                IntStream.range(0, MOST_BLOCKS)
                                        .mapToObj(i -> unet.sub(side).sub(i).sub(1)));
        return Stream.concat(middle, sides).filter(place -> depth(place) > 0);
    }

    private static List<Level> levels(Shapes unet, boolean linear) {
        Shapes blocks = unet.sub("input_blocks");
        var widths = new ArrayList<Integer>();
        var down = new ArrayList<List<Integer>>();
        int next = 1;
        do {
            var depths = new ArrayList<Integer>();
            int width = 0;
            while (isResBlock(blocks.sub(next).sub(0))) {
                Shapes block = blocks.sub(next);
                int found = block.size("0.out_layers.3.weight", 4, 0);
                if (width != 0 && found != width) {
                    throw block.refusal(
                            "residual blocks of width %d like those before in the level"
                                    .formatted(width),
                            "" + found);
                }
                width = block.divisible(found, GROUPS, "groups");
                depths.add(depth(block.sub(1)));
                next++;
            }
            if (depths.isEmpty()) {
                throw blocks.refusal(
                        "a residual block or the last level at input_blocks." + next, "neither");
            }
            widths.add(width);
            down.add(depths);
        } while (blocks.sub(next++).has("0.op.weight"));
        List<List<Integer>> up = up(unet.sub("output_blocks"), down);
        return IntStream.range(0, widths.size())
                .mapToObj(i -> level(unet, widths.get(i), linear, down.get(i), up.get(i)))
                .toList();
    }

    private static Level level(
            Shapes unet, int width, boolean linear, List<Integer> down, List<Integer> up) {
        boolean attends = IntStream.range(0, up.size()).anyMatch(i -> up.get(i) > 0);
        if (attends) {
            unet.divisible(width, linear ? HEAD_WIDTH : HEADS, linear ? "channels" : "heads");
        }
        return new Level(width, linear ? Math.max(1, width / HEAD_WIDTH) : HEADS, down, up);
    }

    /** The transformers' depths on the way up, from the finest level to the coarsest. */
    private static List<List<Integer>> up(Shapes blocks, List<List<Integer>> down) {
        var up = new ArrayList<List<Integer>>();
        int next = 0;
        for (List<Integer> level : down.reversed()) {
            int first = next;
            up.add(
                    IntStream.rangeClosed(0, level.size())
                            .map(i -> depth(blocks.sub(first + i).sub(1)))
                            .boxed()
                            .toList());
            next += level.size() + 1;
        }
        return up.reversed();
    }

    private static Middle middle(Shapes block) {
        int resBlocks = isResBlock(block.sub(2)) ? 2 : isResBlock(block.sub(0)) ? 1 : 0;
        return new Middle(resBlocks, depth(block.sub(1)));
    }

    private static boolean isResBlock(Shapes block) {
        return block.has("in_layers.2.weight");
    }

    private static int depth(Shapes transformer) {
        return transformer.sub("transformer_blocks").count("norm1.weight");
    }
}
