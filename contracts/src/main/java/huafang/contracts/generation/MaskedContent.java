package huafang.contracts.generation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What lies under a mask before it is painted over, under AUTOMATIC1111's names. */
public enum MaskedContent {
    /** The blurred colours around it. */
    FILL("fill"),
    /** The picture. */
    ORIGINAL("original"),
    /** Noise. */
    LATENT_NOISE("latent noise"),
    /** Nothing. */
    LATENT_NOTHING("latent nothing");

    private final String label;

    MaskedContent(String label) {
        this.label = label;
    }

    /** The name that people and infotexts use. */
    @JsonValue
    public String label() {
        return label;
    }

    /**
     * The one of a name, in any case.
     *
     * @throws InvalidParameterException if none has it
     */
    @JsonCreator
    public static MaskedContent of(String name) {
        return Arrays.stream(values())
                .filter(each -> each.label.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() ->
                        new InvalidParameterException(
                                "masked content",
                                name,
                                Arrays.stream(values())
                                        .map(MaskedContent::label)
                                        .collect(Collectors.joining(", ", "one of ", ""))));
    }
}
