package huafang.engine;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How a picture is painted, whatever it is.
 *
 * @param refiner what takes over on the way
 */
public record Manner(Optional<Refiner> refiner) {
    /** By one checkpoint. */
    public static final Manner USUAL = new Manner(Optional.empty());

    public Manner {
        requireNonNull(refiner, "refiner");
    }
}
