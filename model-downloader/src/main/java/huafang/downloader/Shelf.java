package huafang.downloader;

import huafang.contracts.generation.Model;
import huafang.engine.checkpoint.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The files of one kind. Their folder is looked at whenever somebody asks; what is new is examined
 * and hashed in the background, one file at a time, and what changes meanwhile is left until it is
 * seen again as another version.
 */
final class Shelf {
    private static final int BUFFER = 1 << 20;

    private final ModelFolder folder;
    private final KnownHashes hashes;
    private final Function<Path, Examination> examiner;
    private final boolean afterHeader;
    private final Executor background;
    private final Map<String, Entry> entries = new HashMap<>();

    /**
     * What is known of one version.
     *
     * @param examined null at first
     * @param hash null until it is worked out
     */
    private record Entry(Version version, Examination examined, String hash) {}

    /**
     * A file.
     *
     * @param name its path below the folder
     * @param hash null while it is being worked out, or where there is a problem
     */
    record Item(String name, Version version, Examination examined, String hash) {}

    /**
     * @param afterHeader whether the hash is of what follows the header of a safetensors file
     */
    Shelf(
            ModelFolder folder,
            KnownHashes hashes,
            Function<Path, Examination> examiner,
            boolean afterHeader,
            Executor background) {
        this.folder = folder;
        this.hashes = hashes;
        this.examiner = examiner;
        this.afterHeader = afterHeader;
        this.background = background;
    }

    ModelFolder folder() {
        return folder;
    }

    /** What lies there now; new files without their hash until they are read. */
    synchronized List<Item> list() {
        Map<String, Version> files = files();
        entries.keySet().retainAll(files.keySet());
        hashes.keepOnly(files.keySet());
        List<Item> items = new ArrayList<>();
        files.forEach((file, version) -> {
            Entry known = entries.get(file);
            if (known == null || !known.version().equals(version)) {
                known = new Entry(version, null, null);
                entries.put(file, known);
                background.execute(() -> learn(file, version));
            }
            Examination examined =
                    known.examined() == null ? Examination.UNKNOWN : known.examined();
            items.add(new Item(file, version, examined, known.hash()));
        });
        return items;
    }

    /** A file that has just appeared, whose content is known: it need not be read again. */
    void remember(String file, Version version, String hash) {
        hashes.put(file, version, hash);
    }

    private Map<String, Version> files() {
        try {
            return folder.files();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void learn(String file, Version version) {
        Path path = folder.path(file);
        try {
            var examined = examiner.apply(path);
            publish(file, new Entry(version, examined, null));
            if (examined.problem() == null) {
                String hash = hashes.find(file, version).orElse(null);
                if (hash == null) {
                    hash = hash(path, version);
                }
                if (hash != null && Version.of(path).equals(version)) {
                    hashes.put(file, version, hash);
                    publish(file, new Entry(version, examined, hash));
                }
            }
        } catch (IOException unreadable) {
            var problem = "%s cannot be read: %s".formatted(file, unreadable.getMessage());
            publish(file, new Entry(version, Examination.refused(problem), null));
        }
    }

    private synchronized void publish(String file, Entry entry) {
        Entry known = entries.get(file);
        if (known != null && known.version().equals(entry.version())) {
            entries.put(file, entry);
        }
    }

    private String hash(Path path, Version version) throws IOException {
        if (!Files.isDirectory(path)) {
            return hash(path, path, version);
        }
        var hashes = new TreeMap<String, String>();
        for (var file : Checkpoint.filesOf(path).entrySet()) {
            String hash = hash(file.getValue(), path, version);
            if (hash == null) {
                return null;
            }
            hashes.put(file.getKey(), hash);
        }
        return Model.sha256OfFolder(hashes);
    }

    /**
     * Null if the file changes meanwhile, or the folder that it belongs to: a copy that grows is
     * not read again and again.
     */
    private String hash(Path file, Path model, Version version) throws IOException {
        var sha256 = new Sha256();
        var buffer = new byte[BUFFER];
        try (var content = Files.newInputStream(file)) {
            if (afterHeader) {
                skipHeader(content);
            }
            for (int read; (read = content.read(buffer)) >= 0; ) {
                sha256.update(buffer, read);
                if (Thread.interrupted() || !Version.of(model).equals(version)) {
                    return null;
                }
            }
        }
        return sha256.hex();
    }

    private static void skipHeader(InputStream content) throws IOException {
        long length =
                ByteBuffer.wrap(content.readNBytes(Long.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getLong();
        content.skipNBytes(length);
    }
}
