package huafang.engine;

import huafang.engine.batch.Batcher;
import huafang.engine.checkpoint.Parameterization;
import huafang.engine.network.Networks;
import huafang.engine.sampling.Beginning;
import huafang.engine.sampling.Denoiser;
import huafang.engine.sampling.ImageNoise;
import huafang.engine.sampling.Latents;
import huafang.engine.sampling.NoiseLevels;
import huafang.engine.sampling.Prediction;
import huafang.engine.sampling.Refined;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import java.util.Optional;

/** What a checkpoint makes of requests: latents, from noise or over others. */
final class LatentPainter {
    private static final int PIXELS_PER_LATENT = 8;

    private final Networks networks;
    private final Prediction trained;
    private final Guide guide;

    /**
     * @param batcher of the device that the networks run on
     */
    LatentPainter(Networks networks, Batcher batcher) {
        this.networks = networks;
        this.trained = trained(networks);
        this.guide = new Guide(networks, batcher, trained);
    }

    private static Prediction trained(Networks networks) {
        var usual =
                switch (networks.config().family()) {
                    case XL, XL_REFINER -> NoiseLevels.scaledLinearXl();
                    case SD_1, SD_2 -> NoiseLevels.scaledLinear();
                };
        var levels = networks.config().zeroTerminal() ? usual.zeroTerminal() : usual;
        return networks.config().parameterization() == Parameterization.V
                ? new Prediction.V(levels)
                : new Prediction.Epsilon(levels);
    }

    /** From noise alone to latents. */
    Tensor fromNoise(Txt2Img request, Pass pass) {
        ImageNoise.Begun noise = noise(request);
        Beginning beginning =
                request.sampler()
                        .fromNoise(
                                noise.start(),
                                request.schedule(),
                                request.steps(),
                                request.sampler().prediction(trained).levels(),
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
        ImageNoise.Begun noise = noise(request);
        Beginning beginning =
                request.sampler()
                        .fromLatents(
                                ground.latents(),
                                Latents.scaled(ground.noiseMultiplier(), noise.start()),
                                request.schedule(),
                                ground.partway(),
                                request.sampler().prediction(trained).levels(),
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
        StableDiffusion.requireFinite("latents", latents);
        return latents;
    }

    /**
     * The network under a request's guidance, and the one that takes over from it.
     *
     * @param steps that are run
     * @param image what an inpainting network sees beside the latents; nothing if there is no
     *     picture
     */
    private Denoiser guided(Txt2Img request, int steps, Optional<Tensor> image, Pass pass) {
        Denoiser own = guide.guidance(request, true, image, pass, 0);
        if (pass.manner().refiner().isEmpty()) {
            return own;
        }
        Refiner refiner = pass.manner().refiner().get();
        return new Refined(
                own,
                calls -> {
                    StableDiffusion other = refiner.model().get();
                    pass.last().set(other);
                    return other.painter().takingOver(networks, request, image, pass, calls);
                },
                refiner.bySteps()
                        ? Refined.Moment.ofCalls(refiner.at(), Pass.calls(request, steps))
                        : Refined.Moment.ofLevels(refiner.at(), trained.levels()));
    }

    /** After so many calls of others; LoRAs are for a checkpoint of their family. */
    private Denoiser takingOver(
            Networks before, Txt2Img request, Optional<Tensor> image, Pass pass, int calls) {
        boolean alike = before.config().family() == networks.config().family();
        boolean sees = networks.config().imageChannels() > 0;
        return guide.guidance(request, alike, sees ? image : Optional.empty(), pass, calls);
    }

    /** What is known of prompts. */
    EncodedTexts texts() {
        return guide.texts();
    }
}
