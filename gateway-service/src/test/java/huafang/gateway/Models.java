package huafang.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import huafang.contracts.catalogue.AddOn;
import huafang.contracts.catalogue.Checkpoint;
import java.util.List;
import java.util.concurrent.ConcurrentMap;

/** The checkpoints that the tests' model-downloader lists. */
public final class Models {
    public static final Checkpoint DEMO =
            new Checkpoint(
                    "demo.safetensors",
                    "ab".repeat(32),
                    1000,
                    128,
                    192,
                    null,
                    "Stable Diffusion 1.x",
                    768);
    public static final Checkpoint OTHER =
            new Checkpoint(
                    "people/other.safetensors",
                    "cd".repeat(32),
                    2000,
                    512,
                    512,
                    null,
                    "Stable Diffusion XL",
                    2048);
    public static final Checkpoint BROKEN =
            new Checkpoint(
                    "broken.safetensors",
                    null,
                    3,
                    512,
                    512,
                    "broken.safetensors: found 3 bytes, expected at least 8.",
                    null,
                    0);

    public static final AddOn LORA =
            new AddOn(
                    AddOn.Kind.LORA,
                    "styles/ink.safetensors",
                    "12".repeat(32),
                    9,
                    0,
                    0,
                    null,
                    "charcoal");
    public static final AddOn EMBEDDING =
            new AddOn(
                    AddOn.Kind.EMBEDDING,
                    "bad-hands.safetensors",
                    "34".repeat(32),
                    9,
                    768,
                    2,
                    null,
                    null);
    public static final AddOn VAE =
            new AddOn(AddOn.Kind.VAE, "bright.safetensors", "56".repeat(32), 9, 0, 0, null, null);
    public static final AddOn UPSCALER =
            new AddOn(
                    AddOn.Kind.UPSCALER,
                    "sharp-x4.safetensors",
                    "78".repeat(32),
                    9,
                    0,
                    0,
                    null,
                    null);
    public static final AddOn PICKLE =
            new AddOn(
                    AddOn.Kind.EMBEDDING, "old.pt", null, 9, 0, 0, "old.pt: found a pickle.", null);

    private Models() {}

    public static void list(ConcurrentMap<String, String> answers) {
        list(answers, BROKEN, DEMO, OTHER);
    }

    public static void list(ConcurrentMap<String, String> answers, Checkpoint... checkpoints) {
        try {
            var json = new ObjectMapper();
            answers.put(
                    "GET /internal/models", "200 " + json.writeValueAsString(List.of(checkpoints)));
            answers.put(
                    "GET /internal/add-ons",
                    "200 "
                            + json.writeValueAsString(
                                    List.of(LORA, EMBEDDING, VAE, UPSCALER, PICKLE)));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
