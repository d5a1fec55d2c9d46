package huafang.downloader;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * The sha256 of each file of a kind, kept in a small file beside its folder so that a restart does
 * not read gigabytes again. A volume that cannot be written to costs just that.
 */
final class KnownHashes {
    private static final Logger LOG = Logger.getLogger(KnownHashes.class);

    private final Path path;
    private final ObjectMapper json;
    private final Map<String, Known> byFile;

    record Known(Version version, String sha256) {}

    /**
     * @param kind what their file's name ends with
     */
    KnownHashes(Path models, String kind, ObjectMapper json) {
        this.path = models.resolve(".huafang-sha256" + kind + ".json");
        this.json = json;
        this.byFile = read();
    }

    synchronized Optional<String> find(String file, Version version) {
        return Optional.ofNullable(byFile.get(file))
                .filter(known -> known.version().equals(version))
                .map(Known::sha256);
    }

    synchronized void put(String file, Version version, String sha256) {
        byFile.put(file, new Known(version, sha256));
        write();
    }

    /** Forgets files that are gone. */
    synchronized void keepOnly(Set<String> files) {
        if (byFile.keySet().retainAll(files)) {
            write();
        }
    }

    private Map<String, Known> read() {
        if (Files.exists(path)) {
            try {
                return json.readValue(
                        path.toFile(), new TypeReference<TreeMap<String, Known>>() {});
            } catch (IOException unreadable) {
                LOG.warnf("%s is made anew: %s", path, unreadable.getMessage());
            }
        }
        return new TreeMap<>();
    }

    private void write() {
        try {
            Path next = path.resolveSibling(path.getFileName() + ".next");
            json.writeValue(next.toFile(), byFile);
            Files.move(next, path, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            LOG.warnf("%s cannot be written: %s", path, unwritable);
        }
    }
}
