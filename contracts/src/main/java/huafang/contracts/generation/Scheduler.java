package huafang.contracts.generation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The noise schedules that can be asked for, under AUTOMATIC1111's names and labels. */
public enum Scheduler {
    /** The sampler's own default. */
    AUTOMATIC("automatic", "Automatic"),
    /** The model's own sigmas at evenly spaced timesteps. */
    UNIFORM("uniform", "Uniform"),
    /** Karras et al. 2022, rho 7. */
    KARRAS("karras", "Karras"),
    /** Even in the logarithm. */
    EXPONENTIAL("exponential", "Exponential"),
    /** Even in a power of the logarithm. */
    POLYEXPONENTIAL("polyexponential", "Polyexponential"),
    /** Even timesteps, one more than is used. */
    SGM_UNIFORM("sgm_uniform", "SGM Uniform", "SGMUniform"),
    /** Even in the arctangent. */
    KL_OPTIMAL("kl_optimal", "KL Optimal"),
    /** Sabour et al. 2024. */
    ALIGN_YOUR_STEPS("align_your_steps", "Align Your Steps"),
    /** Some of the model's own sigmas. */
    SIMPLE("simple", "Simple"),
    /** Even timesteps within a range. */
    NORMAL("normal", "Normal"),
    /** Some of the model's own sigmas, from the second lowest. */
    DDIM("ddim", "DDIM"),
    /** Lee et al. 2024. */
    BETA("beta", "Beta");

    private final String key;
    private final String label;
    private final List<String> aliases;

    Scheduler(String key, String label, String... aliases) {
        this.key = key;
        this.label = label;
        this.aliases = List.of(aliases);
    }

    /** Further names. */
    public List<String> aliases() {
        return aliases;
    }

    /** The lower-case name, as in {@code karras}. */
    public String key() {
        return key;
    }

    /** The name that people and infotexts use, as in {@code Karras}. */
    @JsonValue
    public String label() {
        return label;
    }

    /**
     * The schedule of a name or a label, in any case.
     *
     * @throws InvalidParameterException if none has it
     */
    @JsonCreator
    public static Scheduler of(String name) {
        return find(name)
                .orElseThrow(() ->
                        new InvalidParameterException("scheduler", name, "one of " + labels()));
    }

    static Optional<Scheduler> find(String name) {
        return Arrays.stream(values())
                .filter(scheduler -> scheduler.names().stream().anyMatch(name::equalsIgnoreCase))
                .findFirst();
    }

    /** All that it is called. */
    List<String> names() {
        return Stream.concat(Stream.of(label, key), aliases.stream()).toList();
    }

    private static String labels() {
        return Arrays.stream(values()).map(Scheduler::label).collect(Collectors.joining(", "));
    }
}
