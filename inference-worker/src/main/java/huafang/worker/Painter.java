package huafang.worker;

import huafang.contracts.generation.GenerationParameters;
import java.util.function.Supplier;

/** Paints images. */
interface Painter {
    /**
     * Paints one image; the same parameters give the same bytes.
     *
     * @param listener hears of each denoising step, and may stop it
     * @throws huafang.engine.checkpoint.CheckpointException if the model's file cannot be used
     * @throws InputGoneException if the picture that it begins with is not there any more
     * @throws java.util.concurrent.CancellationException if the listener stopped it
     */
    Painting paint(GenerationParameters parameters, Listener listener);

    /** Hears how an image comes along. */
    @FunctionalInterface
    interface Listener {
        /**
         * Called after each step.
         *
         * @param preview makes a small PNG of what it is going to be, or null where there is none
         * @return whether to go on
         */
        boolean step(int done, int of, Supplier<byte[]> preview);

        /** Likewise without a preview. */
        default boolean step(int done, int of) {
            return step(done, of, null);
        }
    }

    /**
     * A painted image.
     *
     * @param png with its infotext inside
     * @param engineMillis how long it took, without the loading of the model
     */
    record Painting(byte[] png, long engineMillis) {}
}
