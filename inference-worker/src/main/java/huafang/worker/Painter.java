package huafang.worker;

import huafang.contracts.broker.Lane;
import huafang.contracts.generation.ImageParameters;
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
    Painting paint(ImageParameters image, Listener listener);

    /** How many images of a lane are best painted at once, where nothing else is set. */
    default int usualSlots() {
        return 1;
    }

    /** Hears how an image comes along, and knows what becomes of it. */
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

        /**
         * Whether to go on: asked while an image waits for its next step, or before its first one,
         * on any thread, and answered at once.
         */
        default boolean isWanted() {
            return true;
        }

        /** The one that it waited in. */
        default Lane lane() {
            return Lane.INTERACTIVE;
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
