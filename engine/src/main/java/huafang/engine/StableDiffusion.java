package huafang.engine;

import huafang.engine.adapter.Adapters;
import huafang.engine.adapter.Lora;
import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.checkpoint.Parameterization;
import huafang.engine.network.Device;
import huafang.engine.network.Networks;
import huafang.engine.network.VaeTiles;
import huafang.engine.sampling.Beginning;
import huafang.engine.sampling.Course;
import huafang.engine.sampling.Denoiser;
import huafang.engine.sampling.Guidance;
import huafang.engine.sampling.ImageNoise;
import huafang.engine.sampling.Latents;
import huafang.engine.sampling.NoiseLevels;
import huafang.engine.sampling.Partway;
import huafang.engine.sampling.Prediction;
import huafang.engine.sampling.Refined;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import huafang.engine.text.ClipTokenizer;
import huafang.engine.text.PromptEncoder;
import huafang.engine.text.PromptPart;
import huafang.engine.text.PromptTags;
import huafang.engine.text.PromptTimes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A checkpoint, ready to paint. Any number of threads may paint at once.
 *
 * <p>The same request gives the same bytes, on any machine of the same kind.
 */
public final class StableDiffusion implements AutoCloseable {
    private static final int PIXELS_PER_LATENT = 8;

    /** Each is a row of every call of the network. */
    private static final int MOST_PARTS = 64;

    private final Networks networks;
    private final AtomicReference<LoadedAdapters> loaded = new AtomicReference<>();
    private final Prediction trained;
    private volatile LatentColours colours;

    private StableDiffusion(Networks networks) {
        this.networks = networks;
        var usual =
                switch (networks.config().family()) {
                    case XL, XL_REFINER -> NoiseLevels.scaledLinearXl();
                    case SD_1, SD_2 -> NoiseLevels.scaledLinear();
                };
        var levels = networks.config().zeroTerminal() ? usual.zeroTerminal() : usual;
        this.trained =
                networks.parameterization() == Parameterization.V
                        ? new Prediction.V(levels)
                        : new Prediction.Epsilon(levels);
    }

    /** The same with the checkpoint's own VAE. */
    public static StableDiffusion load(Path checkpoint) {
        return load(checkpoint, Optional.empty());
    }

    /** The same with the usual tiles. */
    public static StableDiffusion load(Path checkpoint, Optional<Path> vae) {
        return load(checkpoint, vae, VaeTiles.USUAL);
    }

    /** The same on all processors. */
    public static StableDiffusion load(Path checkpoint, Optional<Path> vae, VaeTiles tiles) {
        return load(checkpoint, vae, tiles, Device.CPU);
    }

    /**
     * Loads a checkpoint; takes seconds for one of real size.
     *
     * @param checkpoint a safetensors file, or a folder in diffusers' layout
     * @param vae a safetensors file with another VAE to use
     * @param tiles in which its autoencoder takes large pictures
     * @param device that it runs on
     * @throws CheckpointException if it cannot be used, with one sentence that says why
     */
    public static StableDiffusion load(
            Path checkpoint, Optional<Path> vae, VaeTiles tiles, Device device) {
        Networks networks = Networks.load(checkpoint, vae, tiles, device);
        int vocabulary = networks.config().text().getFirst().vocabulary();
        if (vocabulary < ClipTokenizer.SIZE) {
            networks.close();
            throw new CheckpointException(
                    "%s: expected a text encoder that knows %d tokens, found %d"
                            .formatted(checkpoint.getFileName(), ClipTokenizer.SIZE, vocabulary));
        }
        return new StableDiffusion(networks);
    }

    /** Which model it is, in the words that people know. */
    public String description() {
        return networks.config().description();
    }

    /** The width in pixels that the checkpoint paints best. */
    public int nativeWidth() {
        return networks.config().width();
    }

    /** The height in pixels that the checkpoint paints best. */
    public int nativeHeight() {
        return networks.config().height();
    }

    /**
     * Paints a picture on the calling thread.
     *
     * @param listener hears of each step, and cancels the picture by answering false
     * @throws java.util.concurrent.CancellationException if the listener cancelled it
     * @throws ArithmeticException if the networks did not give finite numbers
     * @throws IllegalArgumentException if the prompts ask for more than the checkpoint, or any
     *     machine, can do
     */
    public Picture paint(Request request, StepListener listener) {
        return paint(request, Manner.USUAL, listener);
    }

    /** The same in a manner of its own. */
    public Picture paint(Request request, Manner manner, StepListener listener) {
        return switch (request) {
            case Txt2Img text -> {
                var pass = new Pass(manner, listener);
                yield picture(fromNoise(text, pass), pass);
            }
            case Img2Img image -> paintOver(image, new Pass(manner, listener));
            case HiresFix hires -> hires(hires, manner, listener);
        };
    }

    private Picture hires(HiresFix request, Manner manner, StepListener listener) {
        Pass first = Pass.first(manner, request.over(), listener);
        Tensor small = fromNoise(request.picture(), first);
        // Enlarged pixels are decoded by this model and encoded by the other one.
        Picture decoded =
                request.enlargement() instanceof HiresFix.Enlargement.OfPixels
                        ? picture(small, first)
                        : null;
        StableDiffusion second = request.second().model().map(Supplier::get).orElse(this);
        Tensor large = second.enlarged(request, small, decoded, manner);
        if (request.strength() == 0) {
            return second.picture(large, first);
        }
        Partway partway = Partway.all(request.over().steps(), request.strength());
        Pass pass = Pass.second(manner, request.picture(), listener);
        return second.picture(
                second.fromLatents(request.over(), new Ground(large, partway), pass), pass);
    }

    /** Latents of the second pass' size, without its noise. */
    private Tensor enlarged(HiresFix request, Tensor small, Picture decoded, Manner manner) {
        HiresFix.Size size = request.size();
        Tensor large =
                switch (request.enlargement()) {
                    case HiresFix.Enlargement.OfLatents latents ->
                            latents.way()
                                    .resized(
                                            small,
                                            size.height() / PIXELS_PER_LATENT,
                                            size.width() / PIXELS_PER_LATENT);
                    case HiresFix.Enlargement.OfPixels pixels ->
                            networks(manner)
                                    .encode(
                                            Picture.tensor(
                                                    pixels.upscaler()
                                                            .resize(
                                                                    decoded.pixels(),
                                                                    size.width(),
                                                                    size.height(),
                                                                    StepListener.NONE)));
                };
        requireFinite("enlarged latents", large);
        return large.cut(
                size.cutDown() / 2,
                size.cutAcross() / 2,
                large.size(2) - size.cutDown(),
                large.size(3) - size.cutAcross());
    }

    private Picture paintOver(Img2Img request, Pass pass) {
        Canvas canvas = Canvas.of(request);
        Ground ground = Ground.of(request, canvas, networks(pass.manner()));
        Picture painted = picture(fromLatents(request.picture(), ground, pass), pass);
        return canvas.overlay().map(painted::under).orElse(painted);
    }

    private Networks networks(Manner manner) {
        return manner.tiling() ? networks.wrapped() : networks;
    }

    /** From noise alone to latents. */
    private Tensor fromNoise(Txt2Img request, Pass pass) {
        Prediction prediction = request.sampler().prediction(trained);
        ImageNoise.Begun noise = noise(request);
        Beginning beginning =
                request.sampler()
                        .fromNoise(
                                noise.start(),
                                request.schedule(),
                                request.steps(),
                                prediction.levels(),
                                request.options().schedule());
        Denoiser model = guided(request, request.steps(), Optional.empty(), pass);
        return sample(request, model, beginning, noise, pass.listener());
    }

    /**
     * From latents that noise is added to, to others: what is painted over a picture.
     *
     * @param request its size is that of the latents; its steps are only what prompts that change
     *     count by
     * @param ground what is painted over
     */
    Tensor fromLatents(Txt2Img request, Ground ground, Pass pass) {
        Prediction prediction = request.sampler().prediction(trained);
        ImageNoise.Begun noise = noise(request);
        Beginning beginning =
                request.sampler()
                        .fromLatents(
                                ground.latents(),
                                Latents.scaled(ground.noiseMultiplier(), noise.start()),
                                request.schedule(),
                                ground.partway(),
                                prediction.levels(),
                                request.options().schedule());
        Denoiser model =
                ground.keptBy(
                        guided(request, ground.partway().reached() + 1, ground.image(), pass),
                        request.sampler());
        return ground.keptIn(sample(request, model, beginning, noise, pass.listener()));
    }

    private ImageNoise.Begun noise(Txt2Img request) {
        return new ImageNoise(request.rng(), request.seed(), request.options().noise())
                .begin(
                        1,
                        networks.config().vae().latentChannels(),
                        request.height() / PIXELS_PER_LATENT,
                        request.width() / PIXELS_PER_LATENT);
    }

    private static Tensor sample(
            Txt2Img request,
            Denoiser model,
            Beginning beginning,
            ImageNoise.Begun noise,
            StepListener listener) {
        Tensor latents =
                request.sampler()
                        .sample(model, beginning, noise, request.options().sampler(), listener);
        requireFinite("latents", latents);
        return latents;
    }

    /** By the checkpoint that painted last. */
    private Picture picture(Tensor latents, Pass pass) {
        StableDiffusion last = pass.last().get();
        return (last == null ? this : last).decoded(latents, pass.manner());
    }

    private Picture decoded(Tensor latents, Manner manner) {
        Tensor decoded = networks(manner).decode(latents);
        requireFinite("picture", decoded);
        return Picture.of(decoded, latents);
    }

    /**
     * A small picture of about the colours that latents stand for, one pixel for each, in well
     * under 5 ms. Only for a checkpoint whose autoencoder is none of the published ones the first
     * call takes a moment, to see what its encoder makes of colours.
     *
     * @param latents as {@link StepListener#expects} is shown them
     */
    public Picture preview(Tensor latents) {
        if (colours == null) {
            colours = LatentColours.of(networks);
        }
        return colours.picture(latents);
    }

    /**
     * @param steps that are run
     * @param image what an inpainting network sees beside the latents; nothing if there is no
     *     picture
     */
    private Denoiser guided(Txt2Img request, int steps, Optional<Tensor> image, Pass pass) {
        Guidance own = guidance(request, true, image, pass, 0);
        if (pass.manner().refiner().isEmpty()) {
            return own;
        }
        Refiner refiner = pass.manner().refiner().get();
        return new Refined(
                own,
                calls -> {
                    StableDiffusion other = refiner.model().get();
                    pass.last().set(other);
                    boolean alike = other.networks.config().family() == networks.config().family();
                    boolean sees = other.networks.config().imageChannels() > 0;
                    return other.guidance(
                            request, alike, sees ? image : Optional.empty(), pass, calls);
                },
                refiner.bySteps()
                        ? Refined.Moment.ofCalls(refiner.at(), Pass.calls(request, steps))
                        : Refined.Moment.ofLevels(refiner.at(), trained.levels()));
    }

    /**
     * @param adapted whether LoRAs that are asked for are for this checkpoint
     * @param calls of this pass that others have made
     */
    private Guidance guidance(
            Txt2Img request, boolean adapted, Optional<Tensor> image, Pass pass, int calls) {
        Networks seen = networks(pass.manner());
        Prediction prediction = request.sampler().prediction(trained);
        Txt2Img.Reading reading = request.reading();
        PromptTags tags = PromptTags.parse(request.prompt());
        Adapters adapters = adapted ? adapters(reading.addOns().loras(tags.tags())) : Adapters.NONE;
        var encoder =
                new PromptEncoder(
                        chunk -> networks.encodeText(chunk, reading.clipSkip(), adapters),
                        reading.emphasis(),
                        reading.addOns().embeddings(networks.textWidths()),
                        networks.textWidths());
        List<PromptPart> parts = PromptPart.parse(tags.prompt());
        if (parts.size() > MOST_PARTS) {
            throw new IllegalArgumentException(
                    "the prompt: found %d prompts composed by AND, allowed: %d"
                            .formatted(parts.size(), MOST_PARTS));
        }
        var conditioner = Conditioner.of(seen, adapters, request.width(), request.height(), image);
        var times = new PromptTimes(Pass.calls(request, request.steps()), pass.before());
        List<Course.Part> positive = new ArrayList<>();
        for (PromptPart part : parts) {
            positive.add(part(encoder, part.text(), part.weight(), false, times, conditioner));
        }
        return new Guidance(
                (x, timesteps, told) -> seen.predictNoise(x, timesteps, told, adapters),
                prediction,
                new Course(positive),
                new Course(
                        List.of(
                                part(
                                        encoder,
                                        request.negativePrompt(),
                                        1,
                                        true,
                                        times,
                                        conditioner))),
                (float) request.cfgScale(),
                calls);
    }

    /** Reading a LoRA takes a moment: the last ones stay, while their files do. */
    private Adapters adapters(List<Lora> loras) {
        if (loras.isEmpty()) {
            return Adapters.NONE;
        }
        var wanted = new LoadedAdapters.Key(loras);
        LoadedAdapters last = loaded.get();
        if (last == null || !last.key().equals(wanted)) {
            last = new LoadedAdapters(wanted, Adapters.of(loras, networks.layers()));
            loaded.set(last);
        }
        return last.adapters();
    }

    private static Course.Part part(
            PromptEncoder encoder,
            String text,
            double weight,
            boolean negative,
            PromptTimes times,
            Conditioner conditioner) {
        return new Course.Part(
                (float) weight,
                encoder.encode(text, times).stream()
                        .map(stage ->
                                new Course.Stage(
                                        stage.until(),
                                        conditioner.complete(
                                                stage.context(),
                                                stage.first(),
                                                negative,
                                                text.isEmpty())))
                        .toList());
    }

    static void requireFinite(String what, Tensor tensor) {
        int wrong = 0;
        for (float value : tensor.data()) {
            if (!Float.isFinite(value)) {
                wrong++;
            }
        }
        if (wrong > 0) {
            throw new ArithmeticException(
                    "the %s: %d of %d numbers are not finite; the checkpoint is damaged or overflows"
                            .formatted(what, wrong, tensor.data().length));
        }
    }

    @Override
    public void close() {
        networks.close();
    }
}
