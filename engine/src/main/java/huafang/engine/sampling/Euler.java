package huafang.engine.sampling;

import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;

/** First and second order steps along the probability flow: Karras et al. 2022, algorithm 2. */
final class Euler {
    private static final double MOST_CHURN = Math.sqrt(2) - 1;

    private Euler() {}

    /** Euler's method; k-diffusion's sample_euler. */
    static Tensor euler(Descent way, Tensor x) {
        for (int i = 0; i < way.steps(); i++) {
            Churned start = Churned.of(way, x, i);
            Tensor denoised = way.denoise(start.x, start.sigma);
            x = towards(denoised, start.x, start.sigma, way.sigmas()[i + 1]);
            way.completed(i);
        }
        return x;
    }

    /** Euler's method with fresh noise after each step; k-diffusion's sample_euler_ancestral. */
    static Tensor ancestral(Descent way, Tensor x) {
        return ancestral(way, x, 1);
    }

    /** Likewise, of another usual eta. */
    static Tensor ancestral(Descent way, Tensor x, double usualEta) {
        for (int i = 0; i < way.steps(); i++) {
            float from = way.sigmas()[i];
            float to = way.sigmas()[i + 1];
            var split = Ancestral.step(from, to, way.options().etaOr(usualEta));
            x = towards(way.denoise(x, from), x, from, split.down());
            if (to > 0) {
                x = sum(1, x, split.up(), way.noise().between(from, to));
            }
            way.completed(i);
        }
        return x;
    }

    /** Heun's method, but Euler's for the step to 0; k-diffusion's sample_heun. */
    static Tensor heun(Descent way, Tensor x) {
        for (int i = 0; i < way.steps(); i++) {
            Churned start = Churned.of(way, x, i);
            x = heunStep(way, start.x, start.sigma, way.sigmas()[i + 1]);
            way.completed(i);
        }
        return x;
    }

    static Tensor heunStep(Descent way, Tensor x, double from, double to) {
        Tensor denoised = way.denoise(x, from);
        Tensor euler = towards(denoised, x, from, to);
        if (to == 0) {
            return euler;
        }
        Tensor here = slope(x, denoised, from);
        Tensor there = slope(euler, way.denoise(euler, to), to);
        double step = to - from;
        return sum(1, x, step / 2, here, step / 2, there);
    }

    /** Where the flow leads at a noise level: (x − denoised) / sigma. */
    static Tensor slope(Tensor x, Tensor denoised, double sigma) {
        return sum(1 / sigma, x, -1 / sigma, denoised);
    }

    /** A straight step from one level to another, on the line through x and its denoised. */
    static Tensor towards(Tensor denoised, Tensor x, double from, double to) {
        return sum(to / from, x, 1 - to / from, denoised);
    }

    /**
     * The start of a step, perhaps noised up a little.
     *
     * @param sigma the level of x
     */
    record Churned(Tensor x, double sigma) {
        /**
         * Noise is drawn for every step if for one, as there, so that the stream stays the same.
         */
        static Churned of(Descent way, Tensor x, int step) {
            SamplerOptions options = way.options();
            float sigma = way.sigmas()[step];
            if (options.churn() == 0) {
                return new Churned(x, sigma);
            }
            Tensor noise = way.noise().between(sigma, way.sigmas()[step + 1]);
            if (sigma < options.churnFrom() || sigma > options.churnTo()) {
                return new Churned(x, sigma);
            }
            double gamma = Math.min(options.churn() / way.steps(), MOST_CHURN);
            double risen = sigma * (1 + gamma);
            double added = Math.sqrt(risen * risen - (double) sigma * sigma);
            return new Churned(sum(1, x, added * options.noiseScale(), noise), risen);
        }
    }
}
