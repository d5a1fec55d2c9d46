package huafang.engine.sampling;

import static huafang.engine.sampling.Euler.slope;
import static huafang.engine.sampling.Euler.towards;
import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;

/** The midpoint method, the middle taken in the logarithm: DPM-Solver-2 in Karras's algorithm 2. */
final class Dpm2 {
    private Dpm2() {}

    /** k-diffusion's sample_dpm_2. */
    static Tensor dpm2(Descent way, Tensor x) {
        for (int i = 0; i < way.steps(); i++) {
            var start = Euler.Churned.of(way, x, i);
            x = midpointStep(way, start.x(), start.sigma(), way.sigmas()[i + 1]);
            way.completed(i);
        }
        return x;
    }

    /** k-diffusion's sample_dpm_2_ancestral. */
    static Tensor ancestral(Descent way, Tensor x) {
        for (int i = 0; i < way.steps(); i++) {
            float from = way.sigmas()[i];
            float to = way.sigmas()[i + 1];
            var split = Ancestral.step(from, to, way.options().etaOr(1));
            x = midpointStep(way, x, from, split.down());
            if (split.down() > 0) {
                double added = split.up() * way.options().noiseScale();
                x = sum(1, x, added, way.noise().between(from, to));
            }
            way.completed(i);
        }
        return x;
    }

    private static Tensor midpointStep(Descent way, Tensor x, double from, double to) {
        Tensor denoised = way.denoise(x, from);
        if (to == 0) {
            return denoised;
        }
        double middle = Math.sqrt(from * to);
        Tensor half = towards(denoised, x, from, middle);
        return sum(1, x, to - from, slope(half, way.denoise(half, middle), middle));
    }
}
