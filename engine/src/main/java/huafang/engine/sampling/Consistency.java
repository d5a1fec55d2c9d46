package huafang.engine.sampling;

import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;

/** Sampling of latent consistency models: Luo et al. 2023. */
final class Consistency {
    private Consistency() {}

    /** Denoises, noises down to the next level, and so on; AUTOMATIC1111's sample_lcm. */
    static Tensor lcm(Descent way, Tensor x) {
        for (int i = 0; i < way.steps(); i++) {
            float to = way.sigmas()[i + 1];
            x = way.denoise(x, way.sigmas()[i]);
            if (to > 0) {
                x = sum(1, x, to, way.noise().between(way.sigmas()[i], to));
            }
            way.completed(i);
        }
        return x;
    }
}
