package huafang.engine.sampling;

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

    /** Reports a step, and throws CancellationException if it was to be the last. */
    default void completed(int done, int of) {
        if (!step(done, of)) {
            throw new CancellationException("cancelled after step %d of %d".formatted(done, of));
        }
    }
}
