package huafang.engine;

import static java.util.Objects.requireNonNull;

import huafang.engine.batch.Priority;
import java.util.Optional;

/**
 * How a picture is painted, whatever it is.
 *
 * @param tiling whether it can be laid side by side, on all sides, without an edge being seen:
 *     convolutions of U-Net and VAE see the opposite edge, as AUTOMATIC1111's do
 * @param refiner what takes over on the way
 * @param priority whose steps its own come before; decides nothing of its pixels
 */
public record Manner(boolean tiling, Optional<Refiner> refiner, Priority priority) {
    /** By one checkpoint, with edges. */
    public static final Manner USUAL = new Manner(false, Optional.empty());

    public Manner {
        requireNonNull(refiner, "refiner");
        requireNonNull(priority, "priority");
    }

    /** While somebody looks on. */
    public Manner(boolean tiling, Optional<Refiner> refiner) {
        this(tiling, refiner, Priority.INTERACTIVE);
    }

    Manner with(Refiner other) {
        return new Manner(tiling, Optional.of(other), priority);
    }

    Manner unrefined() {
        return new Manner(tiling, Optional.empty(), priority);
    }
}
