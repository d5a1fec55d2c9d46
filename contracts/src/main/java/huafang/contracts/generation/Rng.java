package huafang.contracts.generation;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;

/** Whose random numbers the noise imitates. */
public enum Rng {
    /** Philox, what a CUDA build of PyTorch draws: the default. */
    NV,
    /** PyTorch's mt19937 on a CPU. */
    CPU;

    /**
     * The source of a name in any case; AUTOMATIC1111's {@code GPU} draws what {@link #NV} draws.
     *
     * @throws InvalidParameterException if none has it
     */
    @JsonCreator
    public static Rng of(String name) {
        if ("GPU".equalsIgnoreCase(name)) {
            return NV;
        }
        return Arrays.stream(values())
                .filter(rng -> rng.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new InvalidParameterException("rng", name, "NV or CPU"));
    }
}
