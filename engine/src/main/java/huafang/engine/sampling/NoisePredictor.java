package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/**
 * A network that finds the noise in noised latents, row by row: a UNet, or whatever gathers rows
 * for one.
 */
@FunctionalInterface
public interface NoisePredictor {
    /**
     * @param x scaled noisy latents, [b, c, h, w]
     * @param timesteps where on the training's noise schedule each row is, 0 to 999, fractions
     *     allowed; [b]
     * @param conditioning of each row
     * @return the network's output, of x's shape
     */
    Tensor predict(Tensor x, float[] timesteps, Conditioning conditioning);
}
