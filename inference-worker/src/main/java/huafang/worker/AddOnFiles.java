package huafang.worker;

import huafang.engine.adapter.AddOns;
import huafang.engine.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Makes sure that the LoRAs and embeddings of an image are those that were asked for. */
final class AddOnFiles {
    private final AddOns folders;

    /** What was read once is not read again until its file changes. */
    private final Map<ModelFolder.Version, String> hashes = new ConcurrentHashMap<>();

    AddOnFiles(AddOns folders) {
        this.folders = folders;
    }

    /**
     * Reads the files that an image names, to learn whether they are those.
     *
     * @throws CheckpointException if one is not there, or its content is another
     */
    void verify(huafang.contracts.generation.AddOns asked) {
        asked.loras().forEach((name, hash) -> verify("LoRA", name, hash, folders.lora(name)));
        asked.embeddings()
                .forEach((name, hash) ->
                        verify(
                                "embedding",
                                name,
                                hash,
                                folders.embedding(name).orElseThrow(() -> missing(name))));
    }

    private void verify(String kind, String name, String hash, Path file) {
        String quoted = "%s \"%s\"".formatted(kind, name);
        try {
            String found =
                    hashes.computeIfAbsent(
                            ModelFolder.Version.of(file),
                            version -> ModelFolder.sha256(quoted, version.path()));
            ModelFolder.requireSame(quoted, hash, found);
        } catch (IOException e) {
            throw new CheckpointException(
                    "%s: expected a readable file, found an error of the disk: %s"
                            .formatted(quoted, e.getMessage()),
                    e);
        }
    }

    private static CheckpointException missing(String name) {
        return new CheckpointException(
                "embedding \"%s\": expected its file in the folder of embeddings, found none"
                        .formatted(name));
    }
}
