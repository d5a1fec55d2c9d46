package huafang.contracts.generation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What the brackets of a prompt do, under AUTOMATIC1111's names. */
public enum Emphasis {
    /** They weigh words, and the mean of all stays what it was: the default. */
    ORIGINAL("Original"),
    /** They weigh words. */
    NO_NORM("No norm"),
    /** They are read, and weigh nothing. */
    IGNORE("Ignore"),
    /** They are text. */
    NONE("None");

    private final String label;

    Emphasis(String label) {
        this.label = label;
    }

    /** The name that people and infotexts use. */
    @JsonValue
    public String label() {
        return label;
    }

    /**
     * The emphasis of a name, in any case.
     *
     * @throws InvalidParameterException if none has it
     */
    @JsonCreator
    public static Emphasis of(String name) {
        return Arrays.stream(values())
                .filter(emphasis -> emphasis.label.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() ->
                        new InvalidParameterException(
                                "emphasis",
                                name,
                                Arrays.stream(values())
                                        .map(Emphasis::label)
                                        .collect(Collectors.joining(", ", "one of ", ""))));
    }
}
