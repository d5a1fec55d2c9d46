package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/**
 * One picture's way down the noise levels: all that a sampling algorithm is given beside its
 * starting point.
 *
 * @param sigmas the levels to visit, falling
 */
record Descent(
        Denoiser model,
        float[] sigmas,
        StepNoise noise,
        SamplerOptions options,
        StepListener listener) {

    int steps() {
        return sigmas.length - 1;
    }

    Tensor denoise(Tensor x, double sigma) {
        return model.denoise(x, (float) sigma);
    }

    /** Tells the listener that the step of this index, from 0, is done. */
    void completed(int step) {
        listener.completed(step + 1, steps());
    }
}
