package huafang.engine;

import huafang.engine.batch.Batcher;
import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.network.Device;
import huafang.engine.network.Networks;
import huafang.engine.network.VaeTiles;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import huafang.engine.text.ClipTokenizer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A checkpoint, ready to paint. Any number of threads may paint at once, virtual ones best: the
 * pictures of all checkpoints share the device step by step.
 *
 * <p>On a CPU the same request gives the same bytes, on any machine of the same kind and in any
 * company; on a GPU the same picture within rounding.
 */
public final class StableDiffusion implements AutoCloseable {
    private final Networks networks;
    private final LatentPainter painter;
    private volatile LatentColours colours;

    private StableDiffusion(Networks networks, LatentPainter painter) {
        this.networks = networks;
        this.painter = painter;
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
        return of(
                networks,
                () -> {
                    int vocabulary = networks.config().text().getFirst().vocabulary();
                    if (vocabulary < ClipTokenizer.SIZE) {
                        throw new CheckpointException(
                                "%s: expected a text encoder that knows %d tokens, found %d"
                                        .formatted(
                                                checkpoint.getFileName(),
                                                ClipTokenizer.SIZE,
                                                vocabulary));
                    }
                    return new LatentPainter(networks, Batcher.of(device));
                });
    }

    /** Loaded networks, which are closed if their painter, who may run them, cannot be made. */
    static StableDiffusion of(Networks networks, Supplier<LatentPainter> painter) {
        try {
            return new StableDiffusion(networks, painter.get());
        } catch (RuntimeException | Error failed) {
            networks.close();
            throw failed;
        }
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
     * Paints a picture, and returns when it is done.
     *
     * @param listener hears of each step, and cancels the picture by answering false
     * @throws java.util.concurrent.CancellationException if the listener cancelled it
     * @throws ArithmeticException if the networks did not give finite numbers
     * @throws IllegalArgumentException if the prompts ask for more than the checkpoint, or any
     *     machine, can do
     * @throws CheckpointException if a LoRA or an embedding cannot be used, or another checkpoint
     *     is to go on with latents that it does not know
     */
    public Picture paint(Request request, StepListener listener) {
        return paint(request, Manner.USUAL, listener);
    }

    /** The same in a manner of its own. */
    public Picture paint(Request request, Manner manner, StepListener listener) {
        return switch (request) {
            case Txt2Img text -> {
                var pass = new Pass(refined(manner), listener);
                yield picture(painter.fromNoise(text, pass), pass);
            }
            case Img2Img image -> paintOver(image, new Pass(refined(manner), listener));
            case HiresFix hires -> new TwoPasses(hires, manner, listener).by(this);
        };
    }

    /**
     * The same manner with its refiner there, which is refused before the first step, if at all.
     */
    Manner refined(Manner manner) {
        return manner.refiner()
                .map(refiner -> {
                    StableDiffusion other = refiner.model().get();
                    requireLatentsOf(other, "the refiner");
                    return manner.with(new Refiner(() -> other, refiner.at(), refiner.bySteps()));
                })
                .orElse(manner);
    }

    /**
     * Fails unless another checkpoint can go on with this one's latents.
     *
     * @param role of the other one
     */
    void requireLatentsOf(StableDiffusion other, String role) {
        if (!networks.config().sharesLatents(other.networks.config())) {
            throw new CheckpointException(
                    "%s %s: expected a checkpoint that knows the latents of %s, which is %s; found %s"
                            .formatted(
                                    role,
                                    other.networks.name(),
                                    networks.name(),
                                    description(),
                                    other.description()));
        }
    }

    private Picture paintOver(Img2Img request, Pass pass) {
        Canvas canvas = Canvas.of(request);
        Ground ground = Ground.of(request, canvas, networks(pass.manner()));
        Picture painted = picture(painter.fromLatents(request.picture(), ground, pass), pass);
        return canvas.overlay().map(painted::under).orElse(painted);
    }

    /** What paints its latents. */
    LatentPainter painter() {
        return painter;
    }

    /** Its networks as a picture in this manner sees them. */
    Networks networks(Manner manner) {
        return manner.tiling() ? networks.wrapped() : networks;
    }

    /** By the checkpoint that painted last. */
    Picture picture(Tensor latents, Pass pass) {
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
