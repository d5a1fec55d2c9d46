package huafang.engine.sampling;

import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;

/**
 * The sampling algorithms, each a function from noise to latents.
 *
 * <p>All take the starting point x, normal noise scaled to the first noise level, and the levels to
 * visit, falling, the last one 0.
 */
final class Samplers {
    private Samplers() {}

    /**
     * Euler's method on the probability flow: Karras et al. 2022, algorithm 2 without churn;
     * k-diffusion's sample_euler.
     */
    static Tensor euler(
            Denoiser model, Tensor x, float[] sigmas, NoiseSource noise, StepListener listener) {
        int steps = sigmas.length - 1;
        for (int i = 0; i < steps; i++) {
            Tensor denoised = model.denoise(x, sigmas[i]);
            x = eulerStep(x, denoised, sigmas[i], sigmas[i + 1]);
            listener.completed(i + 1, steps);
        }
        return x;
    }

    /**
     * Euler steps a little too far, noise back up to the level: k-diffusion's
     * sample_euler_ancestral with eta 1.
     */
    static Tensor eulerAncestral(
            Denoiser model, Tensor x, float[] sigmas, NoiseSource noise, StepListener listener) {
        int steps = sigmas.length - 1;
        for (int i = 0; i < steps; i++) {
            float from = sigmas[i];
            float to = sigmas[i + 1];
            float up =
                    (float)
                            Math.min(
                                    to,
                                    Math.sqrt(
                                            squared(to)
                                                    * (squared(from) - squared(to))
                                                    / squared(from)));
            float down = (float) Math.sqrt(squared(to) - squared(up));
            Tensor denoised = model.denoise(x, from);
            x = eulerStep(x, denoised, from, down);
            if (to > 0) {
                x = sum(1, x, up, noise.draw(x.shape()));
            }
            listener.completed(i + 1, steps);
        }
        return x;
    }

    /** DPM-Solver++(2M): Lu et al. 2022, second order, multistep; k-diffusion's sample_dpmpp_2m. */
    static Tensor dpmPlusPlus2M(
            Denoiser model, Tensor x, float[] sigmas, NoiseSource noise, StepListener listener) {
        int steps = sigmas.length - 1;
        Tensor previous = null;
        for (int i = 0; i < steps; i++) {
            float from = sigmas[i];
            float to = sigmas[i + 1];
            Tensor denoised = model.denoise(x, from);
            Tensor towards = denoised;
            if (previous != null
                    && to > 0) { // the way goes to -log 0 in the last step: there, first order
                double step = Math.log((double) from / to);
                double lastStep = Math.log((double) sigmas[i - 1] / from);
                float weight = (float) (step / lastStep / 2);
                towards = sum(1 + weight, denoised, -weight, previous);
            }
            x = sum(to / from, x, 1 - to / from, towards);
            previous = denoised;
            listener.completed(i + 1, steps);
        }
        return x;
    }

    private static Tensor eulerStep(Tensor x, Tensor denoised, float from, float to) {
        float step = (to - from) / from;
        return sum(1 + step, x, -step, denoised);
    }

    private static double squared(double value) {
        return value * value;
    }
}
