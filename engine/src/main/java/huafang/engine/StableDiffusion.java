package huafang.engine;

import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.network.Networks;
import huafang.engine.sampling.Conditioning;
import huafang.engine.sampling.Denoiser;
import huafang.engine.sampling.Guidance;
import huafang.engine.sampling.Latents;
import huafang.engine.sampling.NoiseLevels;
import huafang.engine.sampling.NoiseSource;
import huafang.engine.sampling.Prediction;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import huafang.engine.text.Chunks;
import huafang.engine.text.ClipTokenizer;
import java.nio.file.Path;

/**
 * A checkpoint, ready to paint. Any number of threads may paint at once.
 *
 * <p>The same request gives the same bytes, on any machine of the same kind.
 */
public final class StableDiffusion implements AutoCloseable {
    private static final int PIXELS_PER_LATENT = 8;

    private final Networks networks;
    private final Prediction prediction = new Prediction.Epsilon(NoiseLevels.scaledLinear());

    private StableDiffusion(Networks networks) {
        this.networks = networks;
    }

    /**
     * Loads a checkpoint; takes seconds for one of real size.
     *
     * @throws CheckpointException if it cannot be used, with one sentence that says why
     */
    public static StableDiffusion load(Path checkpoint) {
        Networks networks = Networks.load(checkpoint);
        int vocabulary = networks.config().text().vocabulary();
        if (vocabulary < ClipTokenizer.SIZE) {
            networks.close();
            throw new CheckpointException(
                    "%s: expected a text encoder that knows %d tokens, found %d"
                            .formatted(checkpoint.getFileName(), ClipTokenizer.SIZE, vocabulary));
        }
        return new StableDiffusion(networks);
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
     */
    public Picture paint(Txt2Img request, StepListener listener) {
        Denoiser model =
                new Guidance(
                        networks::predictNoise,
                        prediction,
                        encode(request.prompt()),
                        encode(request.negativePrompt()),
                        (float) request.cfgScale());
        float[] sigmas =
                request.schedule().sigmas(request.steps(), prediction.levels(), request.sampler());
        NoiseSource noise = request.rng().seeded(request.seed());
        Tensor start =
                noise.draw(
                        1,
                        networks.config().vae().latentChannels(),
                        request.height() / PIXELS_PER_LATENT,
                        request.width() / PIXELS_PER_LATENT);
        Tensor latents =
                request.sampler()
                        .sample(model, Latents.scaled(sigmas[0], start), sigmas, noise, listener);
        requireFinite("latents", latents);
        Tensor decoded = networks.decode(latents);
        requireFinite("picture", decoded);
        return Picture.of(decoded, latents);
    }

    /** A prompt of any length, its chunks side by side: [1, 77 · chunks, width]. */
    private Conditioning encode(String prompt) {
        Tensor text = networks.encodeText(Chunks.of(ClipTokenizer.clip().encode(prompt)));
        return Conditioning.of(
                new Tensor(text.data(), 1, text.size(0) * text.size(1), text.size(2)));
    }

    private static void requireFinite(String what, Tensor tensor) {
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
