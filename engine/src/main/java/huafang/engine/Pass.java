package huafang.engine;

import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One of the passes that make a picture.
 *
 * @param before calls of the network in the passes before, which prompts that change count too
 * @param enlarged the size that the picture was enlarged to, before cutting: XL is told it instead
 *     of the picture's own; nothing if it was not
 * @param last the checkpoint that took over; null while none has
 */
record Pass(
        Manner manner,
        int before,
        StepListener listener,
        Optional<HiresFix.Size> enlarged,
        AtomicReference<StableDiffusion> last) {
    /** The only one. */
    Pass(Manner manner, StepListener listener) {
        this(manner, 0, listener, Optional.empty(), new AtomicReference<>());
    }

    /**
     * The first of two; the listener is told as though they were one.
     *
     * @param after how many steps the second takes
     */
    static Pass first(Manner manner, int after, StepListener listener) {
        return new Pass(manner.unrefined(), new Counted(listener, 0, after));
    }

    /** The second of two, over an enlarged picture. */
    static Pass second(
            Manner manner, Txt2Img first, HiresFix.Size enlarged, StepListener listener) {
        return new Pass(
                manner,
                calls(first, first.steps()),
                new Counted(listener, first.steps(), 0),
                Optional.of(enlarged),
                new AtomicReference<>());
    }

    /** How often so many steps ask the network, as prompts that change count. */
    static int calls(Txt2Img request, int steps) {
        return request.sampler().isSecondOrder() ? 2 * steps : steps;
    }

    private record Counted(StepListener listener, int before, int after) implements StepListener {
        @Override
        public boolean step(int done, int of) {
            return listener.step(before + done, before + of + after);
        }

        @Override
        public void expects(Tensor latents) {
            listener.expects(latents);
        }

        @Override
        public boolean isWanted() {
            return listener.isWanted();
        }
    }
}
