package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;
import java.util.List;

/** The sampling algorithms by the names that people know them by. */
public enum Sampler {
    EULER("Euler", Samplers::euler, Schedule.UNIFORM, "k_euler"),
    EULER_A(
            "Euler a",
            Samplers::eulerAncestral,
            Schedule.UNIFORM,
            "k_euler_a",
            "k_euler_ancestral"),
    DPMPP_2M("DPM++ 2M", Samplers::dpmPlusPlus2M, Schedule.KARRAS, "k_dpmpp_2m");

    private final String label;
    private final Algorithm algorithm;
    private final Schedule usual;
    private final List<String> aliases;

    Sampler(String label, Algorithm algorithm, Schedule usual, String... aliases) {
        this.label = label;
        this.algorithm = algorithm;
        this.usual = usual;
        this.aliases = List.of(aliases);
    }

    /**
     * The sampler of a public name or alias, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Sampler named(String name) {
        return Names.find("sampler", name, values(), Sampler::label, Sampler::aliases);
    }

    /** The public name. */
    public String label() {
        return label;
    }

    /** Other names it is known by. */
    public List<String> aliases() {
        return aliases;
    }

    /** The schedule that it takes where none is chosen. */
    public Schedule usualSchedule() {
        return usual;
    }

    /**
     * Goes from noise to latents.
     *
     * @param x normal noise times the first of the levels, [b, c, h, w]
     * @param sigmas noise levels to visit, falling, the last one 0
     * @param noise where an ancestral sampler draws from
     * @return latents as the network knows them, of x's shape
     * @throws java.util.concurrent.CancellationException if the listener asks for it
     */
    public Tensor sample(
            Denoiser model, Tensor x, float[] sigmas, NoiseSource noise, StepListener listener) {
        return algorithm.sample(model, x, sigmas, noise, listener);
    }

    @FunctionalInterface
    private interface Algorithm {
        Tensor sample(
                Denoiser model, Tensor x, float[] sigmas, NoiseSource noise, StepListener listener);
    }
}
