package huafang.engine.sampling;

import static huafang.engine.sampling.Latents.scaled;
import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;

/** What a network was trained to predict, and so how its inputs and outputs are scaled. */
public sealed interface Prediction {
    /** The noise levels of the training. */
    NoiseLevels levels();

    /** Noisy latents as the network wants them: of about unit variance. */
    Tensor input(Tensor x, float sigma);

    /** The clean latents that follow from noisy ones and the network's output for them. */
    Tensor denoised(Tensor x, Tensor output, float sigma);

    /** The network predicts the noise: Ho et al. 2020; k-diffusion's DiscreteEpsDDPMDenoiser. */
    record Epsilon(NoiseLevels levels) implements Prediction {
        @Override
        public Tensor input(Tensor x, float sigma) {
            return scaled((float) (1 / Math.sqrt((double) sigma * sigma + 1)), x);
        }

        @Override
        public Tensor denoised(Tensor x, Tensor output, float sigma) {
            return sum(1, x, -sigma, output);
        }
    }
}
