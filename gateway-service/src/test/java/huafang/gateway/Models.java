package huafang.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import huafang.contracts.catalogue.Checkpoint;
import java.util.List;
import java.util.concurrent.ConcurrentMap;

/** The checkpoints that the tests' model-downloader lists. */
public final class Models {
    public static final Checkpoint DEMO =
            new Checkpoint("demo.safetensors", "ab".repeat(32), 1000, 128, 192, null);
    public static final Checkpoint OTHER =
            new Checkpoint("people/other.safetensors", "cd".repeat(32), 2000, 512, 512, null);
    public static final Checkpoint BROKEN =
            new Checkpoint(
                    "broken.safetensors",
                    null,
                    3,
                    512,
                    512,
                    "broken.safetensors: found 3 bytes, expected at least 8.");

    private Models() {}

    public static void list(ConcurrentMap<String, String> answers) {
        list(answers, BROKEN, DEMO, OTHER);
    }

    public static void list(ConcurrentMap<String, String> answers, Checkpoint... checkpoints) {
        try {
            answers.put(
                    "GET /internal/models",
                    "200 " + new ObjectMapper().writeValueAsString(List.of(checkpoints)));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
