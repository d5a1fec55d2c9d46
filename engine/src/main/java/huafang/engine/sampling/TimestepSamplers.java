package huafang.engine.sampling;

import static huafang.engine.sampling.Euler.slope;
import static huafang.engine.sampling.Latents.scaled;
import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * The samplers that visit whole timesteps of training, as AUTOMATIC1111 has them: diffusers spaces
 * the timesteps otherwise.
 *
 * <p>Their papers keep latents at unit variance; here x is as everywhere, so that DDIM is Euler's
 * ancestral method. They stop at timestep 1, not at 0, and return x at unit variance.
 */
final class TimestepSamplers {
    private static final int TIMESTEPS = 1000;
    private static final double CFGPP_SCALE = 12.5;

    private TimestepSamplers() {}

    /** Song et al. 2020, "Denoising Diffusion Implicit Models". */
    static Tensor ddim(Descent way, Tensor x) {
        return unitVariance(way, Euler.ancestral(way, x, 0));
    }

    /**
     * Chung et al. 2024, "CFG++": noise from the negative prompt alone leads on; the guidance's
     * scale is divided by 12.5.
     */
    static Tensor ddimCfgPlusPlus(Descent way, Tensor x) {
        for (int i = 0; i < way.steps(); i++) {
            float from = way.sigmas()[i];
            float to = way.sigmas()[i + 1];
            var split = Ancestral.step(from, to, way.options().etaOr(0));
            var views = way.model().guided(x, from);
            Tensor target =
                    sum(1 / CFGPP_SCALE, views.denoised(), 1 - 1 / CFGPP_SCALE, views.unguided());
            x = sum(1, target, split.down(), slope(x, views.unguided(), from));
            x = sum(1, x, split.up(), way.noise().between(from, to));
            way.completed(i);
        }
        return unitVariance(way, x);
    }

    /** Liu et al. 2022, "Pseudo Numerical Methods for Diffusion Models on Manifolds". */
    static Tensor plms(Descent way, Tensor x) {
        Tensor[] last = new Tensor[3]; // the noise found before, the latest first
        for (int i = 0; i < way.steps(); i++) {
            float from = way.sigmas()[i];
            float to = way.sigmas()[i + 1];
            Tensor noise = slope(x, way.denoise(x, from), from);
            Tensor used;
            if (i == 0) {
                Tensor ahead = sum(1, x, to - from, noise);
                used = sum(0.5, noise, 0.5, slope(ahead, way.denoise(ahead, to), to));
            } else if (i == 1) {
                used = sum(3 / 2.0, noise, -1 / 2.0, last[0]);
            } else if (i == 2) {
                used = sum(23 / 12.0, noise, -16 / 12.0, last[0], 5 / 12.0, last[1]);
            } else {
                used = sum(55 / 24.0, noise, -59 / 24.0, last[0], 37 / 24.0, last[1]);
                used = sum(1, used, -9 / 24.0, last[2]);
            }
            x = sum(1, x, to - from, used);
            last = new Tensor[] {noise, last[0], last[1]};
            way.completed(i);
        }
        return unitVariance(way, x);
    }

    /**
     * The levels of DDIM and PLMS: every so many timesteps from 1 up, in all from one fewer than
     * asked to a few more. A single one would leave the noise as it is: then it starts at the last
     * timestep, other than there.
     */
    static float[] sigmas(int steps, NoiseLevels levels) {
        int[] timesteps = timesteps(steps);
        if (timesteps.length == 1) {
            return new float[] {levels.highest(), levels.at(1)};
        }
        return sigmas(timesteps, levels);
    }

    private static float[] sigmas(int[] timesteps, NoiseLevels levels) {
        float[] sigmas = new float[timesteps.length];
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = levels.at(timesteps[i]);
        }
        return sigmas;
    }

    /** How many timesteps are visited: also the steps that UniPC takes. */
    static int count(int steps) {
        return (TIMESTEPS - 1) / every(steps) + 1;
    }

    private static int every(int steps) {
        return Math.max(TIMESTEPS / steps, 1);
    }

    /** Falling. */
    private static int[] timesteps(int steps) {
        int every = every(steps);
        int count = count(steps);
        int[] timesteps = new int[count];
        for (int i = 0; i < count; i++) {
            timesteps[count - 1 - i] = Math.min(i * every + 1, TIMESTEPS - 1);
        }
        return timesteps;
    }

    /**
     * Latents with noise of one timestep above the first that is visited, as there; but a single
     * step, which there would leave the noise as it is, is taken from where the noise is.
     *
     * @param even whether the timesteps below are spread evenly, as UniPC has it
     */
    static Beginning fromLatents(
            Tensor latents,
            Tensor noise,
            int steps,
            int reached,
            NoiseLevels levels,
            boolean even) {
        int[] timesteps = timesteps(steps);
        int noised = Math.max(timesteps.length - 1 - reached, 0);
        int first = reached < 2 ? noised : noised + 1;
        float[] sigmas =
                even
                        ? UniPc.sigmas(reached, timesteps[first], levels)
                        : sigmas(Arrays.copyOfRange(timesteps, first, timesteps.length), levels);
        double level = levels.at(timesteps[noised]);
        double asThough = Math.sqrt((double) sigmas[0] * sigmas[0] + 1);
        double variance = Math.sqrt(level * level + 1);
        return new Beginning(
                Latents.sum(asThough / variance, latents, asThough * level / variance, noise),
                sigmas);
    }

    static Tensor unitVariance(Descent way, Tensor x) {
        double sigma = way.sigmas()[way.steps()];
        return scaled(1 / Math.sqrt(sigma * sigma + 1), x);
    }
}
