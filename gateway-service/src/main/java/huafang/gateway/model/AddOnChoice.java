package huafang.gateway.model;

import huafang.contracts.catalogue.AddOn;
import huafang.contracts.catalogue.Checkpoint;
import huafang.contracts.generation.AddOns;
import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.Hires;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.generation.Model;
import huafang.contracts.generation.PromptTags;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds what a request uses beside its checkpoint. */
@Singleton
public class AddOnChoice {
    /** Which VAE that is, in AUTOMATIC1111's words: the checkpoint's own. */
    private static final List<String> OWN_VAE = List.of("", "Automatic", "None");

    private final Catalogue catalogue;

    AddOnChoice(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /**
     * What an image uses.
     *
     * @param vae a VAE's name, or null
     * @param prompts all of them
     * @param negativePrompts likewise
     * @throws InvalidParameterException if something named does not exist or cannot be used
     */
    public AddOns of(
            Checkpoint checkpoint, String vae, List<String> prompts, List<String> negativePrompts) {
        Map<String, String> loras = new HashMap<>();
        for (String prompt : prompts) {
            for (String name : PromptTags.loras(prompt)) {
                loras.put(name, catalogue.usable(AddOn.Kind.LORA, name, "LoRA").hash());
            }
        }
        var text = new NamedWords(String.join("\n", prompts), String.join("\n", negativePrompts));
        Map<String, String> embeddings = new HashMap<>();
        for (AddOn embedding : catalogue.addOns(AddOn.Kind.EMBEDDING)) {
            boolean isMade = embedding.isUsable() && embedding.width() == checkpoint.textWidth();
            if (isMade && text.mayName(embedding.name())) {
                embeddings.put(embedding.name(), embedding.hash());
            }
        }
        return new AddOns(requireVae(vae, "vae"), loras, embeddings);
    }

    /**
     * The VAE of a name, or null for the checkpoint's own.
     *
     * @param field where the name stands
     * @throws InvalidParameterException if there is none of that name, or it cannot be used
     */
    public Model requireVae(String name, String field) {
        if (name == null || OWN_VAE.contains(name)) {
            return null;
        }
        AddOn vae = catalogue.usable(AddOn.Kind.VAE, name, field);
        return new Model(vae.file(), vae.hash());
    }

    /**
     * The upscaler of pixels that a name means.
     *
     * @param field where the name stands
     * @throws InvalidParameterException if there is none of that name, or it cannot be used
     */
    public Enlargement.Upscaler upscaler(String name, String field) {
        if (Hires.WITHOUT_FILE.contains(name)) {
            return new Enlargement.Upscaler(name, null);
        }
        AddOn file = catalogue.usable(AddOn.Kind.UPSCALER, name, field);
        return new Enlargement.Upscaler(name, new Model(file.file(), file.hash()));
    }
}
