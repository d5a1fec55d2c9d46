package huafang.worker;

import huafang.contracts.catalogue.AddOn;
import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.ImageParameters;
import huafang.contracts.generation.InputPicture;
import huafang.contracts.generation.Model;
import huafang.contracts.infotext.Infotext;
import huafang.engine.Manner;
import huafang.engine.Refiner;
import huafang.engine.Request;
import huafang.engine.StableDiffusion;
import huafang.engine.Upscaler;
import huafang.engine.adapter.AddOns;
import huafang.engine.batch.Priority;
import huafang.engine.network.Device;
import huafang.engine.network.DeviceMemory;
import huafang.engine.network.Patience;
import huafang.engine.network.VaeTiles;
import huafang.engine.pixels.Pixels;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Paints with the engine. Several images may be in work at once, of different models; what they
 * have in common they compute together.
 */
@Singleton
class EnginePainter implements Painter {
    private static final Logger LOG = Logger.getLogger(EnginePainter.class);

    /**
     * About as long as a large model takes to load: more often, and loading is all that is done.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Checkpoints checkpoints;
    private final ModelFolder upscalerFiles;
    private final Enlarging enlarging;
    private final AddOnFiles addOnFiles;
    private final AddOns addOns;
    private final Inputs inputs;
    private final Device device;
    private final Residents<Checkpoints.Files, StableDiffusion> models;
    private final Patience.Keeper keeper;

    EnginePainter(WorkerConfig config, Inputs inputs) {
        this.inputs = inputs;
        this.device = Device.of(config.worker().device());
        LOG.infof(
                "device=%s setting=%s cuda=%s: paints",
                device,
                config.worker().device(),
                device == Device.CUDA ? "works" : Device.CUDA.reasonAgainst());
        Path folder = config.models().directory().toAbsolutePath();
        this.checkpoints = new Checkpoints(folder, vaeTiles(config.worker()), device);
        this.upscalerFiles = new ModelFolder(AddOn.Kind.UPSCALER.in(folder));
        this.enlarging = new Enlarging(inputs, upscalerFiles, device);
        this.addOns =
                new AddOns(
                        List.of(),
                        Optional.of(AddOn.Kind.LORA.in(folder)),
                        List.of(),
                        Optional.of(AddOn.Kind.EMBEDDING.in(folder)));
        this.addOnFiles = new AddOnFiles(addOns);
        this.models = new Residents<>(checkpoints, modelMemory(config.worker()), PATIENCE);
        this.keeper = device.patience().add(models::closeIdle);
    }

    private static VaeTiles vaeTiles(WorkerConfig.Worker config) {
        return config.vaeTile().isPresent()
                ? VaeTiles.of(config.vaeTile().getAsInt())
                : VaeTiles.USUAL;
    }

    /** Where nothing is set, what is there: of a GPU all that nobody else has taken. */
    private long modelMemory(WorkerConfig.Worker config) {
        long usual =
                switch (device) {
                    case CPU -> Machine.memory() / 2;
                    case CUDA -> device.memory().map(DeviceMemory::free).orElse(0L);
                };
        return config.modelMemory().map(MemorySize::asLongValue).orElse(usual);
    }

    @Override
    public Painting paint(ImageParameters image, Listener listener) {
        return switch (image) {
            case GenerationParameters painted -> paint(painted, listener);
            case Enlargement enlarged -> enlarging.enlarge(enlarged, listener);
        };
    }

    private Painting paint(GenerationParameters image, Listener listener) {
        try (var borrowed = new Borrowed(image, listener)) {
            addOnFiles.verify(image.addOns());
            Request request = Translation.toEngine(image, borrowed);
            borrowed.checkpoints();
            long start = System.nanoTime();
            StableDiffusion engine = borrowed.checkpoint(image.model());
            byte[] png =
                    engine.paint(
                                    request,
                                    manner(image, borrowed, listener),
                                    new Steps(engine, listener))
                            .png(Map.of(Infotext.PNG_KEYWORD, Infotext.of(image)));
            return new Painting(png, millisSince(start));
        }
    }

    private static Manner manner(GenerationParameters image, Lender lender, Listener listener) {
        double at = image.manner().refinerAt();
        boolean bySteps = image.manner().refinerBySteps();
        return new Manner(
                image.manner().tiling(),
                Optional.ofNullable(image.manner().refiner())
                        .map(refiner -> new Refiner(() -> lender.checkpoint(refiner), at, bySteps)),
                switch (listener.lane()) {
                    case INTERACTIVE -> Priority.INTERACTIVE;
                    case BULK -> Priority.BULK;
                });
    }

    @Override
    public int usualSlots() {
        return switch (device) {
            case CPU -> 1;
            case CUDA -> 8;
        };
    }

    /** What one image has borrowed. */
    private final class Borrowed implements Lender, AutoCloseable {
        private final GenerationParameters image;
        private final Listener listener;
        private final OpenUpscalers upscalers = new OpenUpscalers(upscalerFiles, device);
        private final Map<Model, Checkpoints.Files> files = new LinkedHashMap<>();
        private Residents.Lent<Checkpoints.Files, StableDiffusion> lent;

        private Borrowed(GenerationParameters image, Listener listener) {
            this.image = image;
            this.listener = listener;
        }

        /** Its own, and those of its refiner and its second pass. */
        private void checkpoints() {
            var vae = Optional.ofNullable(image.addOns().vae());
            Stream.of(
                            image.model(),
                            image.manner().refiner(),
                            image.hires() == null ? null : image.hires().checkpoint())
                    .filter(Objects::nonNull)
                    .forEach(model -> files.put(model, checkpoints.find(model, vae)));
            lent = models.lend(new LinkedHashSet<>(files.values()), listener::isWanted);
        }

        @Override
        public AddOns addOns() {
            return addOns;
        }

        @Override
        public Pixels picture(InputPicture picture) {
            return inputs.read(picture, listener::isWanted);
        }

        @Override
        public Upscaler upscaler(String name, Model file) {
            return upscalers.of(name, file);
        }

        @Override
        public StableDiffusion checkpoint(Model model) {
            return lent.get(files.get(model));
        }

        @Override
        public void close() {
            upscalers.close();
            if (lent != null) {
                lent.close();
            }
        }
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

        @Override
        public boolean isWanted() {
            return listener.isWanted();
        }
    }

    /** An image that is still being painted ends with the process. */
    @PreDestroy
    void close() {
        keeper.close();
        models.close();
    }

    private static long millisSince(long nanoTime) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanoTime);
    }
}
