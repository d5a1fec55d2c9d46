package huafang.engine;

import huafang.engine.sampling.Partway;
import huafang.engine.tensor.Tensor;

/**
 * Latents that are there already and painted over.
 *
 * @param latents as the U-Net knows them, [1, 4, height/8, width/8]
 * @param partway how far they are noised up
 * @param noiseMultiplier what that noise is multiplied with, usually 1
 */
record Ground(Tensor latents, Partway partway, double noiseMultiplier) {
    /** The same with usual noise. */
    Ground(Tensor latents, Partway partway) {
        this(latents, partway, 1);
    }
}
