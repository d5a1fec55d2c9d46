package huafang.contracts.generation;

/**
 * How an image is painted, whatever it begins with.
 *
 * @param tiling whether it can be laid side by side without an edge being seen
 * @param refiner the checkpoint that takes over on the way, or null for none
 * @param refinerAt the part of the way after which it does, 0 to 1; without one 0
 * @param refinerBySteps whether the way is counted by steps, and not, as usual and by earlier
 *     versions, by noise levels
 */
public record Manner(boolean tiling, Model refiner, double refinerAt, boolean refinerBySteps) {
    /** By one checkpoint, with edges. */
    public static final Manner USUAL = new Manner(false, null, 0);

    /**
     * @throws InvalidParameterException if the part is out of its range
     */
    public Manner {
        if (!(refinerAt >= 0 && refinerAt <= 1)) {
            throw new InvalidParameterException("refiner.at", refinerAt, "0 to 1");
        }
    }

    /** With the way counted by noise levels. */
    public Manner(boolean tiling, Model refiner, double refinerAt) {
        this(tiling, refiner, refinerAt, false);
    }
}
