package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/**
 * Where a sampler begins, and by which levels it goes on from there.
 *
 * @param x noisy latents, [b, c, h, w]
 * @param sigmas the levels to visit, falling
 * @param whole the schedule that they are the end of, or they themselves: noise that is a motion
 *     over the levels spans all of it
 */
public record Beginning(Tensor x, float[] sigmas, float[] whole) {
    /** At the beginning of a schedule. */
    public Beginning(Tensor x, float[] sigmas) {
        this(x, sigmas, sigmas);
    }
}
