package huafang.engine;

import huafang.engine.checkpoint.Family;
import huafang.engine.checkpoint.ModelConfig;
import huafang.engine.network.Networks;
import huafang.engine.sampling.Conditioning;
import huafang.engine.tensor.Tensor;
import huafang.engine.text.Chunk;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Adds to the encoded prompts of a picture what else a checkpoint wants to be told. Agrees with
 * AUTOMATIC1111 1.10, except that a grey picture's latents are the mean of their distribution,
 * where that draws from it.
 *
 * @param pooling makes a chunk one vector
 * @param width that is told, in pixels
 * @param height likewise
 * @param image what stands beside the latents, [1, c, h, w]
 */
record Conditioner(
        Networks networks, Function<Chunk, Tensor> pooling, int width, int height, Tensor image) {
    private static final float GOOD = 6;
    private static final float BAD = 2.5f;

    /** The same for a picture that is told to be of another size than it is. */
    Conditioner toldSize(int width, int height) {
        return new Conditioner(networks, pooling, width, height, image);
    }

    /**
     * @param context the encoded prompt, [1, tokens, width]
     * @param chunk the prompt's first, for which alone the vector stands
     * @param negative whether the picture is to keep away from it
     * @param empty whether the prompt has no words
     */
    Conditioning complete(Tensor context, Chunk chunk, boolean negative, boolean empty) {
        Family family = networks.config().family();
        Tensor pooled = pooling.apply(chunk);
        if (family.numbers() == 0) {
            return new Conditioning(context, pooled, image);
        }
        // XL was trained with nothing at all for no prompt, not with the words of none.
        boolean nothing = negative && empty;
        return new Conditioning(
                nothing ? Tensor.zeros(context.shape()) : context,
                vector(family, nothing ? Tensor.zeros(pooled.shape()) : pooled, negative),
                image);
    }

    /** The pooled prompt, then the sinusoids of the picture's sizes. */
    private Tensor vector(Family family, Tensor pooled, boolean negative) {
        // Height and width before cropping, the crop's top and left, and what is wanted; the
        // refiner takes a score for that instead.
        float[] numbers =
                family == Family.XL_REFINER
                        ? new float[] {height, width, 0, 0, negative ? BAD : GOOD}
                        : new float[] {height, width, 0, 0, height, width};
        int part = ModelConfig.NUMBER_WIDTH;
        int start = pooled.size(1);
        float[] vector = Arrays.copyOf(pooled.data(), start + part * numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            sinusoid(numbers[i], vector, start + part * i, part / 2);
        }
        return new Tensor(vector, 1, vector.length);
    }

    /** Cosines, then sines, of ever lower frequencies, as for timesteps. */
    private static void sinusoid(float number, float[] to, int at, int half) {
        for (int i = 0; i < half; i++) {
            float angle = number * (float) Math.exp(-Math.log(10_000) * i / half);
            to[at + i] = (float) Math.cos(angle);
            to[at + half + i] = (float) Math.sin(angle);
        }
    }
}
