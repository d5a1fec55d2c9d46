package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/** Where a sampler has its noise from on the way. */
@FunctionalInterface
interface StepNoise {
    /**
     * Standard normal noise for a step.
     *
     * @param from the noise level that is left
     * @param to the lower one that is gone to; only a Brownian motion cares about the two
     */
    Tensor between(float from, float to);
}
