package huafang.worker;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** An empty models folder; sets {@code huafang.models.directory}. */
public final class ModelsResource implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
        try {
            Path models = Files.createTempDirectory("huafang-models-");
            Files.createDirectory(models.resolve("Stable-diffusion"));
            return Map.of("huafang.models.directory", models.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        // The tests empty what they fill, and the folder is in the temporary one.
    }
}
