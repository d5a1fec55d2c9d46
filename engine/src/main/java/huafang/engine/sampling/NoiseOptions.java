package huafang.engine.sampling;

/**
 * What can be made of a seed's noise.
 *
 * @param variationSeed the seed of the noise that is mixed in
 * @param variationStrength how much of it, 0 to 1
 * @param resizeFromWidth the width in pixels of the picture whose composition is wanted, or 0
 * @param resizeFromHeight its height, or 0
 * @param seedDelta ENSD: noise added on the way is of the seed that is so much higher; 0 goes on
 *     with the stream of the start
 */
public record NoiseOptions(
        long variationSeed,
        double variationStrength,
        int resizeFromWidth,
        int resizeFromHeight,
        int seedDelta) {
    /** What everybody has who asks for nothing. */
    public static final NoiseOptions USUAL = new NoiseOptions(0, 0, 0, 0, 0);

    private static final int LARGEST_SIDE = 2048;

    /**
     * @throws IllegalArgumentException if a number is out of its range
     */
    public NoiseOptions {
        require(variationSeed >= 0, "variationSeed", variationSeed, "0 or more");
        require(
                variationStrength >= 0 && variationStrength <= 1,
                "variationStrength",
                variationStrength,
                "0 to 1");
        requireSide("resizeFromWidth", resizeFromWidth);
        requireSide("resizeFromHeight", resizeFromHeight);
    }

    private static void requireSide(String field, int side) {
        require(
                side == 0 || side >= 8 && side <= LARGEST_SIDE,
                field,
                side,
                "0 or 8 to " + LARGEST_SIDE);
    }

    private static void require(boolean holds, String field, Object found, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s: found %s, allowed: %s".formatted(field, found, allowed));
        }
    }
}
