package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/**
 * A seeded stream of standard normal numbers that imitates a known one. Not thread-safe: one per
 * image.
 */
@FunctionalInterface
public interface NoiseSource {
    /** The stream's next tensor of independent N(0, 1) values. */
    Tensor draw(int... shape);
}
