package huafang.worker;

import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Model;
import huafang.contracts.infotext.Infotext;
import huafang.engine.StableDiffusion;
import huafang.engine.adapter.AddOns;
import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.sampling.StepListener;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jboss.logging.Logger;

/**
 * Paints with the engine. The checkpoint painted with last stays loaded, until another one is asked
 * for or its file changes.
 */
@Singleton
class EnginePainter implements Painter {
    private static final Logger LOG = Logger.getLogger(EnginePainter.class);

    private final CheckpointFolder checkpoints;
    private final AddOns addOns;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private Loaded loaded;

    EnginePainter(WorkerConfig config) {
        Path models = config.models().directory().toAbsolutePath();
        this.checkpoints = new CheckpointFolder(models);
        this.addOns =
                new AddOns(
                        List.of(),
                        Optional.of(models.resolve("Lora")),
                        List.of(),
                        Optional.of(embeddings(models)));
    }

    /** Beside the models, as people have them, unless they lie among them, on one volume. */
    private static Path embeddings(Path models) {
        Path among = models.resolve("embeddings");
        return Files.isDirectory(among) ? among : models.resolveSibling("embeddings");
    }

    private record Loaded(Model model, CheckpointFolder.Version file, StableDiffusion engine) {}

    @Override
    public Painting paint(GenerationParameters parameters, StepListener steps) {
        Lock painting = lock(parameters.model());
        try {
            long start = System.nanoTime();
            byte[] png =
                    loaded.engine()
                            .paint(Translation.toEngine(parameters, addOns), steps)
                            .png(Map.of(Infotext.PNG_KEYWORD, Infotext.of(parameters)));
            return new Painting(png, millisSince(start));
        } finally {
            painting.unlock();
        }
    }

    /** Keeps others from unloading the model, which is loaded first where it is not. */
    private Lock lock(Model model) {
        var file = checkpoints.find(model);
        lock.readLock().lock();
        if (isLoaded(model, file)) {
            return lock.readLock();
        }
        lock.readLock().unlock();
        lock.writeLock().lock();
        try {
            if (!isLoaded(model, file)) {
                load(model, file);
            }
            lock.readLock().lock();
            return lock.readLock();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private boolean isLoaded(Model model, CheckpointFolder.Version file) {
        return loaded != null && loaded.model().equals(model) && loaded.file().equals(file);
    }

    private void load(Model model, CheckpointFolder.Version file) {
        unload();
        long start = System.nanoTime();
        var engine = StableDiffusion.load(file.path());
        try {
            checkpoints.verify(model, file);
        } catch (CheckpointException e) {
            engine.close();
            throw e;
        }
        loaded = new Loaded(model, file, engine);
        LOG.infof(
                "model=%s family=%s millis=%d: loaded",
                model.file(), engine.description(), millisSince(start));
    }

    /** An image that is still being painted ends with the process. */
    @PreDestroy
    void close() {
        if (lock.writeLock().tryLock()) {
            unload();
            lock.writeLock().unlock();
        }
    }

    private void unload() {
        if (loaded != null) {
            loaded.engine().close();
            loaded = null;
        }
    }

    private static long millisSince(long nanoTime) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanoTime);
    }
}
