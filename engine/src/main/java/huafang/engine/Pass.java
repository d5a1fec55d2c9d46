package huafang.engine;

import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;

/**
 * One of the passes that make a picture.
 *
 * @param before calls of the network in the passes before, which prompts that change count too
 */
record Pass(int before, StepListener listener) {
    /** The only one, or the first. */
    Pass(StepListener listener) {
        this(0, listener);
    }

    /** The second of two, after a request's; the listener is told as though it were one. */
    static Pass second(Txt2Img first, StepListener listener) {
        return new Pass(calls(first), new Counted(listener, first.steps(), 0));
    }

    /** The first of two, before a request's. */
    static Pass first(Txt2Img second, StepListener listener) {
        return new Pass(0, new Counted(listener, 0, second.steps()));
    }

    /** How often a request asks the network, as prompts that change count. */
    static int calls(Txt2Img request) {
        return request.sampler().isSecondOrder() ? 2 * request.steps() : request.steps();
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
    }
}
