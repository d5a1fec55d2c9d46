package huafang.engine.sampling;

import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;

/**
 * Classifier-free guidance: away from the negative prompt, through the positive one and beyond by
 * the scale.
 *
 * <p>Ho and Salimans 2022. The two prompts share a call when their contexts are equally long;
 * neither is padded to the other's length, which would change the picture. At scale 1 the negative
 * one has no say and is not asked. Agrees with AUTOMATIC1111's defaults.
 *
 * @param positive the prompt, one row
 * @param negative the negative prompt, one row
 * @param scale 0 follows the negative prompt alone, 1 the positive one alone
 */
public record Guidance(
        NoisePredictor network,
        Prediction prediction,
        Conditioning positive,
        Conditioning negative,
        float scale)
        implements Denoiser {

    @Override
    public Tensor denoise(Tensor x, float sigma) {
        float timestep = prediction.levels().timestep(sigma);
        Tensor input = prediction.input(x, sigma);
        if (scale == 1) {
            return prediction.denoised(x, predict(input, timestep, positive), sigma);
        }
        Tensor with;
        Tensor without;
        if (positive.tokens() == negative.tokens()) {
            Tensor both =
                    network.predict(
                            Tensor.concatenate(input, input),
                            new float[] {timestep, timestep},
                            Conditioning.concatenate(positive, negative));
            with = both.rows(0, 1);
            without = both.rows(1, 2);
        } else {
            with = predict(input, timestep, positive);
            without = predict(input, timestep, negative);
        }
        return sum(
                scale,
                prediction.denoised(x, with, sigma),
                1 - scale,
                prediction.denoised(x, without, sigma));
    }

    private Tensor predict(Tensor input, float timestep, Conditioning prompt) {
        return network.predict(input, new float[] {timestep}, prompt);
    }
}
