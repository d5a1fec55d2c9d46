package huafang.contracts.generation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How a picture comes to another size, under AUTOMATIC1111's names. */
public enum ResizeMode {
    /** Stretched. */
    JUST_RESIZE("Just resize"),
    /** What sticks out is cut off. */
    CROP_AND_RESIZE("Crop and resize"),
    /** What is missing is filled with the colours of the edge. */
    RESIZE_AND_FILL("Resize and fill"),
    /** Stretched after encoding. */
    LATENT_UPSCALE("Just resize (latent upscale)");

    private final String label;

    ResizeMode(String label) {
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
    public static ResizeMode of(String name) {
        return Arrays.stream(values())
                .filter(each -> each.label.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() ->
                        new InvalidParameterException(
                                "resize",
                                name,
                                Arrays.stream(values())
                                        .map(ResizeMode::label)
                                        .collect(Collectors.joining(", ", "one of ", ""))));
    }
}
