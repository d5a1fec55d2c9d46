package huafang.gateway.sdapi;

import com.fasterxml.jackson.databind.JsonNode;
import huafang.contracts.generation.InvalidParameterException;
import huafang.gateway.request.Fields;
import java.util.List;
import java.util.Map;

/** Refuses by name what would change a picture and cannot be honoured yet. */
final class Unsupported {
    /** Settings with the values that change nothing. */
    private static final Map<String, List<String>> NEUTRAL =
            Map.of(
                    "samples_format", List.of("png"),
                    "img2img_fix_steps", List.of("false"),
                    "img2img_color_correction", List.of("false"));

    private Unsupported() {}

    /** Refuses a setting with another value than today's. */
    static void refuse(Fields settings) {
        NEUTRAL.forEach((name, values) -> {
            JsonNode node = settings.node(name);
            if (node != null && !node.asText().isEmpty() && !values.contains(node.asText())) {
                throw new InvalidParameterException(
                        settings.path(name), node, values.getFirst() + ", for now");
            }
        });
    }

    /** Refuses a field that holds anything: a text, a list or an object that is not empty. */
    static void refuseContent(Fields fields, String name) {
        JsonNode node = fields.node(name);
        boolean isEmpty =
                node == null
                        || node.isContainerNode() && node.isEmpty()
                        || node.isTextual() && List.of("", "None").contains(node.textValue());
        if (!isEmpty) {
            throw new InvalidParameterException(name, node, "nothing, for now");
        }
    }
}
