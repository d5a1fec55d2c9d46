package huafang.engine.sampling;

import static huafang.engine.sampling.Latents.scaled;
import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;

/** What a network was trained to predict, and so how its inputs and outputs are scaled. */
public sealed interface Prediction {
    /** The noise levels of the training. */
    NoiseLevels levels();

    /** Noisy latents as the network wants them: of about unit variance. */
    default Tensor input(Tensor x, float sigma) {
        return scaled(1 / Math.sqrt((double) sigma * sigma + 1), x);
    }

    /** The clean latents that follow from noisy ones and the network's output for them. */
    Tensor denoised(Tensor x, Tensor output, float sigma);

    /** The network predicts the noise: Ho et al. 2020; k-diffusion's DiscreteEpsDDPMDenoiser. */
    record Epsilon(NoiseLevels levels) implements Prediction {
        @Override
        public Tensor denoised(Tensor x, Tensor output, float sigma) {
            return sum(1, x, -sigma, output);
        }
    }

    /**
     * The network predicts the velocity between noise and picture: Salimans and Ho 2022;
     * k-diffusion's VDenoiser.
     */
    record V(NoiseLevels levels) implements Prediction {
        @Override
        public Tensor denoised(Tensor x, Tensor output, float sigma) {
            double variance = (double) sigma * sigma + 1;
            return sum(1 / variance, x, -sigma / Math.sqrt(variance), output);
        }
    }

    /**
     * The picture of a latent consistency model: a little of the input, as far as the timestep is
     * near 0, and the rest the other prediction's. Agrees with AUTOMATIC1111.
     */
    record Consistent(Prediction other, NoiseLevels levels) implements Prediction {
        private static final double DATA = 0.5; // the deviation that pictures are taken to have
        private static final double TIMESTEP_SCALE = 10;

        @Override
        public Tensor denoised(Tensor x, Tensor output, float sigma) {
            double time = levels.timestep(sigma) * TIMESTEP_SCALE;
            double variance = time * time + DATA * DATA;
            return sum(
                    time / Math.sqrt(variance),
                    other.denoised(x, output, sigma),
                    DATA * DATA / variance,
                    x);
        }
    }
}
