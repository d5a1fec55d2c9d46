package huafang.contracts.generation;

import java.util.Map;
import java.util.TreeMap;

/**
 * What an image uses beside its checkpoint.
 *
 * @param vae the file of the VAE to use instead of the checkpoint's own, below the VAEs' folder; or
 *     null
 * @param loras the LoRAs that the prompt names, by name, with their hashes
 * @param embeddings the embeddings that the prompts name, likewise
 */
public record AddOns(Model vae, Map<String, String> loras, Map<String, String> embeddings) {
    /** Nothing. */
    public static final AddOns NONE = new AddOns(null, null, null);

    public AddOns {
        loras = loras == null ? Map.of() : new TreeMap<>(loras);
        embeddings = embeddings == null ? Map.of() : new TreeMap<>(embeddings);
    }
}
