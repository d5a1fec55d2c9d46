package huafang.contracts.generation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The samplers that can be asked for, under AUTOMATIC1111's names and aliases. */
public enum Sampler {
    DPMPP_2M("DPM++ 2M", Scheduler.KARRAS, "k_dpmpp_2m"),
    EULER_A("Euler a", Scheduler.UNIFORM, "k_euler_a", "k_euler_ancestral"),
    EULER("Euler", Scheduler.UNIFORM, "k_euler");

    private final String label;
    private final Scheduler defaultScheduler;
    private final List<String> aliases;

    Sampler(String label, Scheduler defaultScheduler, String... aliases) {
        this.label = label;
        this.defaultScheduler = defaultScheduler;
        this.aliases = List.of(aliases);
    }

    /** The name that people and infotexts use, as in {@code Euler a}. */
    @JsonValue
    public String label() {
        return label;
    }

    public List<String> aliases() {
        return aliases;
    }

    /** What {@link Scheduler#AUTOMATIC} means with this sampler. */
    public Scheduler defaultScheduler() {
        return defaultScheduler;
    }

    /**
     * The sampler of a name or an alias, in any case.
     *
     * @throws InvalidParameterException if none has it
     */
    @JsonCreator
    public static Sampler of(String name) {
        return find(name)
                .orElseThrow(
                        () -> new InvalidParameterException("sampler", name, "one of " + labels()));
    }

    static Optional<Sampler> find(String name) {
        return Arrays.stream(values())
                .filter(sampler ->
                        sampler.label.equalsIgnoreCase(name)
                                || sampler.aliases.stream()
                                        .anyMatch(alias -> alias.equalsIgnoreCase(name)))
                .findFirst();
    }

    private static String labels() {
        return Arrays.stream(values()).map(Sampler::label).collect(Collectors.joining(", "));
    }
}
