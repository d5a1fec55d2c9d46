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
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * LoRAs read from their files, which takes a moment: while a picture uses some, others with the
 * same share them, and so their calls; those used last stay if they are not large.
 */
final class LoadedAdapters {
    private static final long MOST_KEPT_BYTES = 256L << 20;

    private final Function<List<Lora>, Adapters> reader;
    private final OneAtATime reading = new OneAtATime();
    private final Map<Key, WeakReference<Adapters>> used = new HashMap<>();
    private Adapters last = Adapters.NONE;

    LoadedAdapters(LayerNames layers) {
        this(loras -> Adapters.of(loras, layers));
    }

    /**
     * @param reader of files
     */
    LoadedAdapters(Function<List<Lora>, Adapters> reader) {
        this.reader = reader;
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
     * @param wanted asked while another picture's are being read
     * @throws huafang.engine.checkpoint.CheckpointException if one cannot be used
     * @throws java.util.concurrent.CancellationException if they are not wanted any more
     */
    Adapters of(Key key, BooleanSupplier wanted) {
        return key.loras().isEmpty()
                ? Adapters.NONE
                : reading.find(() -> known(key), () -> read(key), wanted);
    }

    private synchronized Optional<Adapters> known(Key key) {
        used.values().removeIf(adapters -> adapters.refersTo(null));
        return Optional.ofNullable(used.get(key)).map(WeakReference::get).map(this::keep);
    }

    private Adapters read(Key key) {
        Adapters adapters = reader.apply(key.loras());
        synchronized (this) {
            used.put(key, new WeakReference<>(adapters));
            return keep(adapters);
        }
    }

    private Adapters keep(Adapters adapters) {
        last = isKept(adapters) ? adapters : Adapters.NONE;
        return adapters;
    }

    /** What a checkpoint keeps while nobody paints is small beside it. */
    static boolean isKept(Adapters adapters) {
        return adapters.bytes() <= MOST_KEPT_BYTES;
    }
}
