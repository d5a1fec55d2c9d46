package huafang.engine.text;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What the brackets of a prompt do, by AUTOMATIC1111's names. */
public enum Emphasis {
    /** Multiplies the vectors of words, then brings the mean of all back to what it was. */
    ORIGINAL("Original"),
    /** Multiplies the vectors of words. */
    NO_NORM("No norm"),
    /** Reads brackets, and forgets what they weigh. */
    IGNORE("Ignore"),
    /** Reads no brackets: they are text. */
    NONE("None");

    private final String label;

    Emphasis(String label) {
        this.label = label;
    }

    /** The public name. */
    public String label() {
        return label;
    }

    /**
     * The emphasis of a public name, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Emphasis named(String name) {
        return Arrays.stream(values())
                .filter(emphasis -> emphasis.label.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "emphasis: found '%s', allowed: %s"
                                        .formatted(
                                                name,
                                                Arrays.stream(values())
                                                        .map(Emphasis::label)
                                                        .collect(Collectors.joining(", ")))));
    }

    /** The pieces of a prompt. */
    List<WeightedText> read(String prompt) {
        return this == NONE ? List.of(new WeightedText(prompt, 1)) : WeightedText.parse(prompt);
    }
}
