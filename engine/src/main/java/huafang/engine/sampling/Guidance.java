package huafang.engine.sampling;

import static huafang.engine.sampling.Latents.scaled;
import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Classifier-free guidance: away from the negative prompt, through the positive ones and beyond by
 * the scale. Of one picture: it counts its calls.
 *
 * <p>Ho and Salimans 2022; Liu et al. 2022 for several prompts. The positive and the negative ones
 * share a call when their contexts are equally long; neither is padded to the other's length, which
 * would change the picture. A negative prompt without weight is not asked. Agrees with
 * AUTOMATIC1111's defaults.
 */
public final class Guidance implements Denoiser {
    private final NoisePredictor network;
    private final Prediction prediction;
    private final Course positive;
    private final Course negative;
    private final float scale;
    private int calls;

    /**
     * @param negative its first part alone has a say
     * @param scale 0 follows the negative prompt alone, 1 the positive one alone
     * @param calls those of the picture that others have made
     */
    public Guidance(
            NoisePredictor network,
            Prediction prediction,
            Course positive,
            Course negative,
            float scale,
            int calls) {
        this.network = network;
        this.prediction = prediction;
        this.positive = positive;
        this.negative = negative;
        this.scale = scale;
        this.calls = calls;
    }

    /** From a picture's first call on. */
    public Guidance(
            NoisePredictor network,
            Prediction prediction,
            Course positive,
            Course negative,
            float scale) {
        this(network, prediction, positive, negative, scale, 0);
    }

    @Override
    public Tensor denoise(Tensor x, float sigma) {
        return guided(x, sigma, false).denoised();
    }

    @Override
    public Guided guided(Tensor x, float sigma) {
        return guided(x, sigma, true);
    }

    private Guided guided(Tensor x, float sigma, boolean both) {
        List<Conditioning> prompts = positive.at(calls);
        Conditioning unwanted = negative.at(calls).getFirst();
        calls++;
        float rest = 1;
        for (Course.Part part : positive.parts()) {
            rest -= scale * part.weight();
        }
        List<Tensor> denoised = new ArrayList<>();
        if (rest == 0 && !both) {
            denoise(x, sigma, prompts, denoised);
        } else if (prompts.getFirst().tokens() == unwanted.tokens()) {
            var all = new ArrayList<>(prompts);
            all.add(unwanted);
            denoise(x, sigma, all, denoised);
        } else {
            denoise(x, sigma, prompts, denoised);
            denoise(x, sigma, List.of(unwanted), denoised);
        }
        Tensor guided = scaled(scale * positive.parts().getFirst().weight(), denoised.getFirst());
        for (int i = 1; i < prompts.size(); i++) {
            guided = sum(1, guided, scale * positive.parts().get(i).weight(), denoised.get(i));
        }
        Tensor unguided = denoised.getLast();
        return new Guided(rest == 0 ? guided : sum(1, guided, rest, unguided), unguided);
    }

    /** One call for conditionings of one length; adds one picture for each. */
    private void denoise(Tensor x, float sigma, List<Conditioning> told, List<Tensor> denoised) {
        int rows = told.size();
        Tensor[] inputs = new Tensor[rows];
        Arrays.fill(inputs, prediction.input(x, sigma));
        float[] timesteps = new float[rows];
        Arrays.fill(timesteps, prediction.levels().timestep(sigma));
        Tensor output =
                network.predict(
                        Tensor.concatenate(inputs),
                        timesteps,
                        told.stream().reduce(Conditioning::concatenate).orElseThrow());
        for (int row = 0; row < rows; row++) {
            denoised.add(prediction.denoised(x, output.rows(row, row + 1), sigma));
        }
    }
}
