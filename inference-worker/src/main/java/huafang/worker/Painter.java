package huafang.worker;

import huafang.contracts.generation.GenerationParameters;
import huafang.engine.sampling.StepListener;

/** Paints images. */
interface Painter {
    /**
     * Paints one image; the same parameters give the same bytes.
     *
     * @param steps hears of each denoising step, and may stop it
     * @throws huafang.engine.checkpoint.CheckpointException if the model's file cannot be used
     * @throws InputGoneException if the picture that it begins with is not there any more
     * @throws java.util.concurrent.CancellationException if the listener stopped it
     */
    Painting paint(GenerationParameters parameters, StepListener steps);

    /**
     * A painted image.
     *
     * @param png with its infotext inside
     * @param engineMillis how long it took, without the loading of the model
     */
    record Painting(byte[] png, long engineMillis) {}
}
