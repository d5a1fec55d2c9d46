package huafang.worker;

import huafang.contracts.catalogue.AddOn;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Hires;
import huafang.contracts.generation.InputPicture;
import huafang.contracts.generation.Model;
import huafang.contracts.infotext.Infotext;
import huafang.engine.Manner;
import huafang.engine.Refiner;
import huafang.engine.Request;
import huafang.engine.StableDiffusion;
import huafang.engine.Upscaler;
import huafang.engine.adapter.AddOns;
import huafang.engine.network.Device;
import huafang.engine.network.VaeTiles;
import huafang.engine.pixels.Pixels;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Paints with the engine. The checkpoint painted with last stays loaded, until another one is asked
 * for or its file changes.
 */
@Singleton
class EnginePainter implements Painter {
    private static final Logger LOG = Logger.getLogger(EnginePainter.class);

    private final ModelFolder checkpoints;
    private final ModelFolder vaes;
    private final ModelFolder upscalerFiles;
    private final AddOns addOns;
    private final Inputs inputs;
    private final Device device;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private Loaded loaded;

    EnginePainter(WorkerConfig config, Inputs inputs) {
        this.inputs = inputs;
        this.device = Device.of(config.worker().device());
        LOG.infof(
                "device=%s setting=%s cuda=%s: paints",
                device,
                config.worker().device(),
                device == Device.CUDA ? "works" : Device.CUDA.reasonAgainst());
        Path models = config.models().directory().toAbsolutePath();
        this.checkpoints = new ModelFolder(models.resolve("Stable-diffusion"));
        this.upscalerFiles = new ModelFolder(AddOn.Kind.UPSCALER.in(models));
        this.vaes = new ModelFolder(AddOn.Kind.VAE.in(models));
        this.addOns =
                new AddOns(
                        List.of(),
                        Optional.of(AddOn.Kind.LORA.in(models)),
                        List.of(),
                        Optional.of(AddOn.Kind.EMBEDDING.in(models)));
    }

    /**
     * A checkpoint, perhaps with another VAE, a refiner and the second pass's own checkpoint, as
     * their files are now.
     */
    private record Files(
            Model model,
            ModelFolder.Version file,
            Optional<Model> vae,
            Optional<ModelFolder.Version> vaeFile,
            Optional<Model> refiner,
            Optional<ModelFolder.Version> refinerFile,
            Optional<Model> second,
            Optional<ModelFolder.Version> secondFile) {}

    /**
     * @param second what the second pass is painted with
     */
    private record Loaded(
            Files files,
            StableDiffusion engine,
            Optional<StableDiffusion> refiner,
            Optional<StableDiffusion> second) {}

    @Override
    public Painting paint(GenerationParameters parameters, Listener listener) {
        try (var upscalers = new OpenUpscalers(upscalerFiles)) {
            Request request =
                    Translation.toEngine(
                            parameters,
                            lender(upscalers, () -> listener.step(0, parameters.steps())));
            return paint(parameters, request, listener);
        }
    }

    private Lender lender(OpenUpscalers upscalers, BooleanSupplier wanted) {
        return new Lender() {
            @Override
            public AddOns addOns() {
                return addOns;
            }

            @Override
            public Pixels picture(InputPicture picture) {
                return inputs.read(picture, wanted);
            }

            @Override
            public Upscaler upscaler(Model file) {
                return upscalers.load(file);
            }

            @Override
            public StableDiffusion checkpoint(Model model) {
                return loaded.second().orElseThrow();
            }
        };
    }

    private Painting paint(GenerationParameters parameters, Request request, Listener listener) {
        Lock painting = lock(parameters);
        try {
            long start = System.nanoTime();
            byte[] png =
                    loaded.engine()
                            .paint(
                                    request,
                                    manner(parameters),
                                    new Steps(loaded.engine(), listener))
                            .png(Map.of(Infotext.PNG_KEYWORD, Infotext.of(parameters)));
            return new Painting(png, millisSince(start));
        } finally {
            painting.unlock();
        }
    }

    private Manner manner(GenerationParameters image) {
        double at = image.manner().refinerAt();
        return new Manner(
                image.manner().tiling(),
                loaded.refiner().map(refiner -> new Refiner(() -> refiner, at, false)));
    }

    /** Tells of the steps, and shows on demand what the network expects. */
    private static final class Steps implements StepListener {
        private final StableDiffusion engine;
        private final Listener listener;
        private Tensor expected;

        private Steps(StableDiffusion engine, Listener listener) {
            this.engine = engine;
            this.listener = listener;
        }

        @Override
        public void expects(Tensor latents) {
            expected = latents;
        }

        @Override
        public boolean step(int done, int of) {
            Tensor shown = expected;
            return listener.step(
                    done, of, shown == null ? null : () -> engine.preview(shown).png(Map.of()));
        }
    }

    /** Keeps others from unloading the model, which is loaded first where it is not. */
    private Lock lock(GenerationParameters image) {
        var vae = Optional.ofNullable(image.addOns().vae());
        var refiner = Optional.ofNullable(image.manner().refiner());
        var second = Optional.ofNullable(image.hires()).map(Hires::checkpoint);
        var files =
                new Files(
                        image.model(),
                        checkpoints.find(image.model()),
                        vae,
                        vae.map(vaes::find),
                        refiner,
                        refiner.map(checkpoints::find),
                        second,
                        second.map(checkpoints::find));
        lock.readLock().lock();
        if (isLoaded(files)) {
            return lock.readLock();
        }
        lock.readLock().unlock();
        lock.writeLock().lock();
        try {
            if (!isLoaded(files)) {
                load(files);
            }
            lock.readLock().lock();
            return lock.readLock();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private boolean isLoaded(Files files) {
        return loaded != null && loaded.files().equals(files);
    }

    private void load(Files files) {
        unload();
        long start = System.nanoTime();
        var vae = files.vaeFile().map(ModelFolder.Version::path);
        var engine = load(files.file(), vae);
        loaded = new Loaded(files, engine, Optional.empty(), Optional.empty());
        try {
            checkpoints.verify(files.model(), files.file());
            files.vae().ifPresent(file -> vaes.verify(file, files.vaeFile().orElseThrow()));
            if (files.refiner().isPresent()) {
                ModelFolder.Version file = files.refinerFile().orElseThrow();
                var refiner = Optional.of(load(file, vae));
                loaded = new Loaded(files, engine, refiner, Optional.empty());
                checkpoints.verify(files.refiner().get(), file);
            }
            if (files.second().isPresent()) {
                ModelFolder.Version file = files.secondFile().orElseThrow();
                var second = Optional.of(load(file, vae));
                loaded = new Loaded(files, engine, loaded.refiner(), second);
                checkpoints.verify(files.second().get(), file);
            }
        } catch (RuntimeException e) {
            unload();
            throw e;
        }
        LOG.infof(
                "model=%s vae=%s family=%s millis=%d: loaded",
                files.model().file(),
                files.vae().map(Model::file).orElse("own"),
                engine.description(),
                millisSince(start));
    }

    private StableDiffusion load(ModelFolder.Version file, Optional<Path> vae) {
        return StableDiffusion.load(file.path(), vae, VaeTiles.USUAL, device);
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
            loaded.refiner().ifPresent(StableDiffusion::close);
            loaded.second().ifPresent(StableDiffusion::close);
            loaded = null;
        }
    }

    private static long millisSince(long nanoTime) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanoTime);
    }
}
