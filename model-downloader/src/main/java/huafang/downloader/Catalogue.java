package huafang.downloader;

import com.fasterxml.jackson.databind.ObjectMapper;
import huafang.contracts.catalogue.Checkpoint;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The checkpoints that lie in the folder. The folder is looked at whenever somebody asks, and every
 * few seconds; what is new is examined and hashed in the background, one file at a time, and what
 * changes meanwhile is left until it is seen again as another version.
 */
@Startup
@Singleton
class Catalogue {
    private static final Logger LOG = Logger.getLogger(Catalogue.class);
    private static final int BUFFER = 1 << 20;

    private final CheckpointFolder folder;
    private final KnownHashes hashes;
    private final ModelsConfig config;
    private final ScheduledExecutorService background =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("catalogue").factory());
    private final Map<String, Entry> entries = new HashMap<>();

    /** What is known of one version; nothing at first. */
    private record Entry(Version version, Examination examined, String sha256) {}

    Catalogue(ModelsConfig config, ObjectMapper json) {
        this.config = config;
        this.folder = new CheckpointFolder(config.directory());
        this.hashes = new KnownHashes(config.directory(), json);
    }

    @PostConstruct
    void start() {
        try {
            folder.prepare();
        } catch (IOException unwritable) {
            LOG.warnf("the models' folder is only read: %s", unwritable);
        }
        long pause = config.scanInterval().toMillis();
        background.scheduleWithFixedDelay(this::look, 0, pause, TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        background.shutdownNow();
    }

    CheckpointFolder folder() {
        return folder;
    }

    /** What lies there now; new files without their sha256 until they are read. */
    synchronized List<Checkpoint> list() {
        Map<String, Version> files = files();
        entries.keySet().retainAll(files.keySet());
        hashes.keepOnly(files.keySet());
        files.forEach((file, version) -> {
            Entry known = entries.get(file);
            if (known == null || !known.version().equals(version)) {
                entries.put(file, new Entry(version, null, null));
                background.execute(() -> learn(file, version));
            }
        });
        return files.keySet().stream().map(file -> checkpoint(file, entries.get(file))).toList();
    }

    /** A file that has just appeared, whose content is known: it need not be read again. */
    void remember(String file, Version version, String sha256) {
        hashes.put(file, version, sha256);
    }

    private void look() {
        try {
            list();
        } catch (RuntimeException failed) {
            LOG.warnf("the checkpoints' folder cannot be looked at: %s", failed.getMessage());
        }
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
            var examined = Examination.of(path);
            publish(file, new Entry(version, examined, null));
            if (examined.problem() == null) {
                String sha256 = hashes.find(file, version).orElse(null);
                if (sha256 == null) {
                    sha256 = hash(path, version);
                }
                if (sha256 != null && Version.of(path).equals(version)) {
                    hashes.put(file, version, sha256);
                    publish(file, new Entry(version, examined, sha256));
                }
            }
        } catch (IOException unreadable) {
            var problem = "%s cannot be read: %s".formatted(file, unreadable.getMessage());
            publish(file, new Entry(version, new Examination(0, 0, problem), null));
        }
    }

    private synchronized void publish(String file, Entry entry) {
        Entry known = entries.get(file);
        if (known != null && known.version().equals(entry.version())) {
            entries.put(file, entry);
        }
    }

    /** Null if the file changes meanwhile: a copy that grows is not read again and again. */
    private static String hash(Path path, Version version) throws IOException {
        var sha256 = new Sha256();
        var buffer = new byte[BUFFER];
        try (var content = Files.newInputStream(path)) {
            for (int read; (read = content.read(buffer)) >= 0; ) {
                sha256.update(buffer, read);
                if (Thread.interrupted() || !Version.of(path).equals(version)) {
                    return null;
                }
            }
        }
        return sha256.hex();
    }

    private static Checkpoint checkpoint(String file, Entry entry) {
        var examined = entry.examined() == null ? new Examination(0, 0, null) : entry.examined();
        return new Checkpoint(
                file,
                entry.sha256(),
                entry.version().bytes(),
                examined.width(),
                examined.height(),
                examined.problem());
    }
}
