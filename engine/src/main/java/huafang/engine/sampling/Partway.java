package huafang.engine.sampling;

import java.util.Arrays;

/**
 * How much of a schedule a picture that is there already goes through again.
 *
 * @param steps of the whole schedule, at least 1
 * @param reached AUTOMATIC1111's t_enc, from 0 to below {@code steps}: how many of the last steps
 *     are run beside the very last, which always is; samplers of timesteps run one less
 */
public record Partway(int steps, int reached) {
    private static final double MOST = 0.999;

    /** As of 150 steps at a strength of 0.01: few people ask for less, and all are computed. */
    private static final int MOST_STEPS = 15_000;

    /**
     * The last part of the steps, as img2img has it.
     *
     * @param strength how much of the picture is painted anew, 0 to 1
     */
    public static Partway of(int steps, double strength) {
        return new Partway(steps, (int) (Math.min(strength, MOST) * steps));
    }

    /**
     * All of the steps, as the end of a longer schedule: as the second pass of hires fix has it.
     *
     * @param strength how much of the picture is painted anew, above 0 to 1
     * @throws IllegalArgumentException if so little is that the schedule would have more than
     *     15,000 steps
     */
    public static Partway all(int steps, double strength) {
        if (!(steps <= MOST_STEPS * strength)) {
            throw new IllegalArgumentException(
                    "strength: found %s, allowed: 0, or from %d/%d to 1"
                            .formatted(strength, steps, MOST_STEPS));
        }
        return new Partway((int) (steps / Math.min(strength, MOST)), steps - 1);
    }

    /** The end of a schedule: two levels at least. */
    float[] of(float[] sigmas) {
        int first = Math.min(steps - reached - 1, sigmas.length - 2);
        return Arrays.copyOfRange(sigmas, first, sigmas.length);
    }
}
