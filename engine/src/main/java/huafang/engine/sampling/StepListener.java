package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;
import java.util.concurrent.CancellationException;

/** Hears of each step of a sampler, and may stop it. */
@FunctionalInterface
public interface StepListener {
    /** Listens to nothing and stops nothing. */
    StepListener NONE = (done, of) -> true;

    /**
     * Called after each step.
     *
     * @param done steps done, from 1
     * @param of steps in all
     * @return whether to go on
     */
    boolean step(int done, int of);

    /**
     * Shown what the network expects at the end, each time that it was asked: at least once before
     * the first step is completed, and in nearly every other one. Does nothing unless overridden.
     *
     * @param latents as the network knows them, [1, c, h, w]; never changed afterwards, so that it
     *     may be kept
     */
    default void expects(Tensor latents) {}

    /**
     * Whether the picture is still to be painted: asked while it waits for its next step, on any
     * thread, and answered at once. Yes unless overridden.
     */
    default boolean isWanted() {
        return true;
    }

    /** Reports a step, and throws CancellationException if it was to be the last. */
    default void completed(int done, int of) {
        if (!step(done, of)) {
            throw new CancellationException("cancelled after step %d of %d".formatted(done, of));
        }
    }
}
