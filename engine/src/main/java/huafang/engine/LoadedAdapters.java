package huafang.engine;

import huafang.engine.adapter.Adapters;
import huafang.engine.adapter.Lora;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;

/** Adapters that were read, and from which files. */
record LoadedAdapters(Key key, Adapters adapters) {

    /** LoRAs, with the times of their files. */
    record Key(List<Lora> loras, List<Optional<FileTime>> times) {
        Key(List<Lora> loras) {
            this(loras, loras.stream().map(Key::time).toList());
        }

        private static Optional<FileTime> time(Lora lora) {
            try {
                return Optional.of(Files.getLastModifiedTime(lora.file()));
            } catch (IOException e) {
                return Optional.empty(); // who opens it says why
            }
        }
    }
}
