package huafang.engine.sampling;

import static huafang.engine.sampling.Euler.towards;
import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;

/**
 * DPM-Solver++ for the diffusion's stochastic equation. In each, h is the step's length in the
 * logarithm of the noise level.
 */
final class DpmPlusPlusSde {
    private DpmPlusPlusSde() {}

    /** k-diffusion's sample_dpmpp_sde, with the intermediate point halfway. */
    static Tensor singleStep(Descent way, Tensor x) {
        double eta = way.options().etaOr(1);
        for (int i = 0; i < way.steps(); i++) {
            float from = way.sigmas()[i];
            float to = way.sigmas()[i + 1];
            Tensor denoised = way.denoise(x, from);
            if (to == 0) {
                x = denoised;
            } else {
                double middle = Math.sqrt((double) from * to);
                Tensor half = noisyStep(way, denoised, x, from, middle, eta);
                x = noisyStep(way, way.denoise(half, middle), x, from, to, eta);
            }
            way.completed(i);
        }
        return x;
    }

    private static Tensor noisyStep(
            Descent way, Tensor denoised, Tensor x, float from, double to, double eta) {
        var split = Ancestral.step(from, to, eta);
        Tensor noise = way.noise().between(from, (float) to);
        double added = split.up() * way.options().noiseScale();
        return sum(1, towards(denoised, x, from, split.down()), added, noise);
    }

    /** k-diffusion's sample_dpmpp_2m_sde with solver_type midpoint. */
    static Tensor multistep2Midpoint(Descent way, Tensor x) {
        return multistep2(way, x, false);
    }

    /** k-diffusion's sample_dpmpp_2m_sde with solver_type heun. */
    static Tensor multistep2Heun(Descent way, Tensor x) {
        return multistep2(way, x, true);
    }

    private static Tensor multistep2(Descent way, Tensor x, boolean heun) {
        double eta = way.options().etaOr(1);
        Tensor previous = null;
        double lastStep = 0;
        for (int i = 0; i < way.steps(); i++) {
            float from = way.sigmas()[i];
            float to = way.sigmas()[i + 1];
            Tensor denoised = way.denoise(x, from);
            if (to == 0) {
                x = denoised;
            } else {
                double h = Math.log((double) from / to);
                double decay = -h * (1 + eta);
                double gain = -Math.expm1(decay);
                x = sum(Math.exp(decay), x, gain, denoised);
                if (previous != null) {
                    double weight = (heun ? gain / decay + 1 : gain / 2) * h / lastStep;
                    x = sum(1, x, weight, denoised, -weight, previous);
                }
                x = noised(way, x, from, to, eta);
                lastStep = h;
            }
            previous = denoised;
            way.completed(i);
        }
        return x;
    }

    /** k-diffusion's sample_dpmpp_3m_sde. */
    static Tensor multistep3(Descent way, Tensor x) {
        double eta = way.options().etaOr(1);
        Tensor previous = null;
        Tensor beforeThat = null;
        double lastStep = 0;
        double stepBefore = 0;
        for (int i = 0; i < way.steps(); i++) {
            float from = way.sigmas()[i];
            float to = way.sigmas()[i + 1];
            Tensor denoised = way.denoise(x, from);
            if (to == 0) {
                x = denoised;
            } else {
                double h = Math.log((double) from / to);
                double decay = -h * (1 + eta);
                double phi2 = 1 - Math.expm1(decay) / decay;
                double phi3 = -phi2 / decay - 0.5;
                x = sum(Math.exp(decay), x, -Math.expm1(decay), denoised);
                if (beforeThat != null) {
                    double r0 = lastStep / h;
                    double r1 = stepBefore / h;
                    Tensor late = sum(1 / r0, denoised, -1 / r0, previous);
                    Tensor early = sum(1 / r1, previous, -1 / r1, beforeThat);
                    double share = r0 / (r0 + r1);
                    Tensor first = sum(1 + share, late, -share, early);
                    Tensor second = sum(1 / (r0 + r1), late, -1 / (r0 + r1), early);
                    x = sum(1, x, phi2, first, -phi3, second);
                } else if (previous != null) {
                    double weight = phi2 * h / lastStep;
                    x = sum(1, x, weight, denoised, -weight, previous);
                }
                x = noised(way, x, from, to, eta);
                stepBefore = lastStep;
                lastStep = h;
            }
            beforeThat = previous;
            previous = denoised;
            way.completed(i);
        }
        return x;
    }

    private static Tensor noised(Descent way, Tensor x, float from, float to, double eta) {
        if (eta == 0) {
            return x;
        }
        double kept = Math.pow((double) to / from, 2 * eta);
        double added = to * Math.sqrt(1 - kept) * way.options().noiseScale();
        return sum(1, x, added, way.noise().between(from, to));
    }
}
