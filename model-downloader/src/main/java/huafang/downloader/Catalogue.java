package huafang.downloader;

import com.fasterxml.jackson.databind.ObjectMapper;
import huafang.contracts.catalogue.AddOn;
import huafang.contracts.catalogue.Checkpoint;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * What lies in the models volume. Its folders are looked at whenever somebody asks, and every few
 * seconds.
 */
@Startup
@Singleton
class Catalogue {
    private static final Logger LOG = Logger.getLogger(Catalogue.class);
    private static final String CHECKPOINTS = "Stable-diffusion";

    private final ModelsConfig config;
    private final ScheduledExecutorService background =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("catalogue").factory());
    private final Shelf checkpoints;
    private final Map<AddOn.Kind, Shelf> addOns = new EnumMap<>(AddOn.Kind.class);

    Catalogue(ModelsConfig config, ObjectMapper json) {
        this.config = config;
        Path models = config.directory();
        checkpoints =
                new Shelf(
                        new ModelFolder(models.resolve(CHECKPOINTS)),
                        new KnownHashes(models, "", json),
                        Examination::of,
                        false,
                        background);
        for (AddOn.Kind kind : AddOn.Kind.values()) {
            addOns.put(
                    kind,
                    new Shelf(
                            new ModelFolder(kind.in(models)),
                            new KnownHashes(models, "-" + kind.folder(), json),
                            file -> Examination.of(kind, file),
                            kind == AddOn.Kind.LORA,
                            background));
        }
    }

    @PostConstruct
    void start() {
        try {
            checkpoints.folder().prepare();
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

    ModelFolder folder() {
        return checkpoints.folder();
    }

    /** The checkpoints that lie there now; new files without their sha256 until they are read. */
    List<Checkpoint> list() {
        return checkpoints.list().stream().map(Catalogue::checkpoint).toList();
    }

    /** What changes them, likewise. */
    List<AddOn> addOns() {
        return addOns.entrySet().stream()
                .flatMap(shelf ->
                        shelf.getValue().list().stream().map(item -> addOn(shelf.getKey(), item)))
                .toList();
    }

    /** A checkpoint that has just appeared, whose content is known: it need not be read again. */
    void remember(String file, Version version, String sha256) {
        checkpoints.remember(file, version, sha256);
    }

    private void look() {
        try {
            list();
            addOns();
        } catch (RuntimeException failed) {
            LOG.warnf("the models' folders cannot be looked at: %s", failed.getMessage());
        }
    }

    private static Checkpoint checkpoint(Shelf.Item item) {
        Examination examined = item.examined();
        return new Checkpoint(
                item.name(),
                item.hash(),
                item.version().bytes(),
                examined.width(),
                examined.height(),
                examined.problem(),
                examined.family(),
                examined.textWidth());
    }

    private static AddOn addOn(AddOn.Kind kind, Shelf.Item item) {
        return new AddOn(
                kind,
                item.name(),
                item.hash(),
                item.version().bytes(),
                item.examined().textWidth(),
                item.examined().vectors(),
                item.examined().problem(),
                item.examined().alias());
    }
}
