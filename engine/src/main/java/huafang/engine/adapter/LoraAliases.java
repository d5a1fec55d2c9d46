package huafang.engine.adapter;

import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names that LoRAs had when they were trained, which prompts may use, too: kohya's scripts
 * write them into the header. What was read once is not read again until its file changes.
 */
final class LoraAliases {
    private static final String KEY = "ss_output_name";
    private static final int MOST_KNOWN = 10_000;
    private static final Map<Version, Optional<String>> KNOWN = new ConcurrentHashMap<>();

    private record Version(Path file, FileTime time) {}

    private LoraAliases() {}

    /** The first of the files that had this name; those that cannot be read have none. */
    static Optional<Path> find(List<Path> files, String name) {
        return files.stream().filter(file -> of(file).equals(Optional.of(name))).findFirst();
    }

    private static Optional<String> of(Path file) {
        try {
            if (KNOWN.size() > MOST_KNOWN) {
                KNOWN.clear();
            }
            var version = new Version(file, Files.getLastModifiedTime(file));
            return KNOWN.computeIfAbsent(version, LoraAliases::read);
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static Optional<String> read(Version version) {
        try (var file = Safetensors.open(version.file)) {
            return Optional.ofNullable(file.metadata().get(KEY));
        } catch (CheckpointException unreadable) {
            return Optional.empty();
        }
    }
}
