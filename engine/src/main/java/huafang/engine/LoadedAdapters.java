package huafang.engine;

import huafang.engine.adapter.Adapters;
import huafang.engine.adapter.LayerNames;
import huafang.engine.adapter.Lora;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * LoRAs read from their files, which takes a moment: while a picture uses some, others with the
 * same share them, and so their calls; those used last stay.
 */
final class LoadedAdapters {
    private final LayerNames layers;
    private final Map<Key, WeakReference<Adapters>> used = new HashMap<>();
    private Adapters last = Adapters.NONE;

    LoadedAdapters(LayerNames layers) {
        this.layers = layers;
    }

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

    /**
     * Reads them, unless they are known.
     *
     * @throws huafang.engine.checkpoint.CheckpointException if one cannot be used
     */
    synchronized Adapters of(Key key) {
        if (key.loras().isEmpty()) {
            return Adapters.NONE;
        }
        used.values().removeIf(adapters -> adapters.refersTo(null));
        var known = used.get(key);
        Adapters adapters = known == null ? null : known.get();
        if (adapters == null) {
            adapters = Adapters.of(key.loras(), layers);
            used.put(key, new WeakReference<>(adapters));
        }
        last = adapters;
        return last;
    }
}
