package huafang.contracts.generation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The noise schedules that can be asked for, under AUTOMATIC1111's names and labels. */
public enum Scheduler {
    /** The sampler's own default. */
    AUTOMATIC("automatic", "Automatic"),
    /** The model's own sigmas at evenly spaced timesteps. */
    UNIFORM("uniform", "Uniform"),
    /** Karras et al. 2022, rho 7. */
    KARRAS("karras", "Karras");

    private final String key;
    private final String label;

    Scheduler(String key, String label) {
        this.key = key;
        this.label = label;
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
                .filter(scheduler ->
                        scheduler.key.equalsIgnoreCase(name)
                                || scheduler.label.equalsIgnoreCase(name))
                .findFirst();
    }

    private static String labels() {
        return Arrays.stream(values()).map(Scheduler::label).collect(Collectors.joining(", "));
    }
}
