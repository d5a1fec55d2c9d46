package huafang.single;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The checkpoints that come with the clone, where users put theirs. */
final class DemoModel {
    private static final String FOLDER = "Stable-diffusion";

    private DemoModel() {}

    /** Copies each checkpoint that is not there yet; it appears whole or not at all. */
    static void place(Path demoModels, Path models) throws IOException {
        var target = models.resolve(FOLDER);
        Files.createDirectories(target);
        var source = demoModels.resolve(FOLDER);
        if (!Files.isDirectory(source)) {
            return;
        }
        try (var checkpoints = Files.newDirectoryStream(source, "*.safetensors")) {
            for (var checkpoint : checkpoints) {
                var copy = target.resolve(checkpoint.getFileName());
                if (!Files.exists(copy)) {
                    var part = target.resolve("." + checkpoint.getFileName() + ".part");
                    Files.copy(checkpoint, part, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }
}
