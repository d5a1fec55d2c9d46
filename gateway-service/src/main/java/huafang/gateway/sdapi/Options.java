package huafang.gateway.sdapi;

import com.fasterxml.jackson.databind.JsonNode;
import huafang.contracts.generation.Emphasis;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.generation.PromptReading;
import huafang.contracts.generation.Rng;
import huafang.gateway.request.Fields;

/**
 * What an owner chose for all requests that say nothing else.
 *
 * @param model any name of a checkpoint, or null for the first usable one
 * @param rng whose random numbers
 * @param reading how prompts are read
 * @param seedDelta ENSD
 */
record Options(String model, Rng rng, PromptReading reading, int seedDelta) {
    static final Options DEFAULT = new Options(null, Rng.NV, PromptReading.USUAL, 0);

    static final String CLIP_SKIP = "CLIP_stop_at_last_layers";
    static final String EMPHASIS = "emphasis";

    /**
     * How prompts are to be read by these settings, and otherwise by one's own.
     *
     * @throws InvalidParameterException in the settings' own names
     */
    PromptReading reading(Fields settings, String prefix) {
        String emphasis = settings.text(EMPHASIS, "");
        JsonNode skip = settings.node(CLIP_SKIP);
        boolean silent = skip != null && skip.asText().isEmpty();
        Integer clipSkip = silent ? null : settings.integer(CLIP_SKIP, null);
        try {
            return new PromptReading(
                    // 0 is what older clients write for the last layer
                    clipSkip == null ? reading.clipSkip() : clipSkip == 0 ? 1 : clipSkip,
                    emphasis.isEmpty() ? reading.emphasis() : Emphasis.of(emphasis));
        } catch (InvalidParameterException e) {
            String name = e.field().equals(EMPHASIS) ? EMPHASIS : CLIP_SKIP;
            throw new InvalidParameterException(
                    prefix + name, name.equals(EMPHASIS) ? emphasis : clipSkip, e.allowed());
        }
    }
}
