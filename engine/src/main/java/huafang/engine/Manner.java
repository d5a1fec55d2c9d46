package huafang.engine;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How a picture is painted, whatever it is.
 *
 * @param tiling whether it can be laid side by side, on all sides, without an edge being seen:
 *     convolutions of U-Net and VAE see the opposite edge, as AUTOMATIC1111's do
 * @param refiner what takes over on the way
 */
public record Manner(boolean tiling, Optional<Refiner> refiner) {
    /** By one checkpoint, with edges. */
    public static final Manner USUAL = new Manner(false, Optional.empty());

    public Manner {
        requireNonNull(refiner, "refiner");
    }

    Manner unrefined() {
        return new Manner(tiling, Optional.empty());
    }
}
