package huafang.engine.sampling;

/**
 * What can be changed about the noise levels; 0 means the usual.
 *
 * @param lowest the lowest level above 0, else the model's
 * @param highest the highest level, else the model's
 * @param rho the exponent of Karras (else 7) and Polyexponential (else 1)
 * @param discardNextToLast whether the lowest level above 0 is left out of one more, whatever the
 *     sampler's habit
 */
public record ScheduleOptions(
        double lowest, double highest, double rho, boolean discardNextToLast) {
    /** What everybody has who asks for nothing. */
    public static final ScheduleOptions USUAL = new ScheduleOptions(0, 0, 0, false);

    private static final double HIGHEST = 1000;
    private static final double STEEPEST = 20;

    /**
     * @throws IllegalArgumentException if a number is out of its range
     */
    public ScheduleOptions {
        require(lowest >= 0 && lowest <= HIGHEST, "lowest", lowest, "0 to 1000");
        require(highest >= 0 && highest <= HIGHEST, "highest", highest, "0 to 1000");
        require(
                lowest == 0 || highest == 0 || lowest < highest,
                "lowest",
                lowest,
                "less than the highest, " + highest);
        require(rho >= 0 && rho <= STEEPEST, "rho", rho, "0 to 20");
    }

    private static void require(boolean holds, String field, Object found, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s: found %s, allowed: %s".formatted(field, found, allowed));
        }
    }
}
