package huafang.engine.sampling;

import static huafang.engine.sampling.Euler.towards;
import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;

/** DPM-Solver++ without a differential equation's noise: Lu et al. 2022. */
final class DpmPlusPlus {
    private DpmPlusPlus() {}

    /** (2M), second order, multistep; k-diffusion's sample_dpmpp_2m. */
    static Tensor multistep2(Descent way, Tensor x) {
        Tensor previous = null;
        for (int i = 0; i < way.steps(); i++) {
            float from = way.sigmas()[i];
            float to = way.sigmas()[i + 1];
            Tensor denoised = way.denoise(x, from);
            Tensor target = denoised;
            if (previous != null && to > 0) { // the way to 0 is endless: there, first order
                double step = Math.log((double) from / to);
                double lastStep = Math.log((double) way.sigmas()[i - 1] / from);
                double weight = step / lastStep / 2;
                target = sum(1 + weight, denoised, -weight, previous);
            }
            x = towards(target, x, from, to);
            previous = denoised;
            way.completed(i);
        }
        return x;
    }

    /**
     * (2S), second order, single step, with fresh noise: k-diffusion's sample_dpmpp_2s_ancestral.
     */
    static Tensor singleStep2Ancestral(Descent way, Tensor x) {
        for (int i = 0; i < way.steps(); i++) {
            float from = way.sigmas()[i];
            float to = way.sigmas()[i + 1];
            var split = Ancestral.step(from, to, way.options().etaOr(1));
            Tensor target = way.denoise(x, from);
            if (split.down() > 0) {
                double middle = Math.sqrt(from * split.down());
                target = way.denoise(towards(target, x, from, middle), middle);
            }
            x = towards(target, x, from, split.down());
            if (to > 0) {
                double added = split.up() * way.options().noiseScale();
                x = sum(1, x, added, way.noise().between(from, to));
            }
            way.completed(i);
        }
        return x;
    }
}
