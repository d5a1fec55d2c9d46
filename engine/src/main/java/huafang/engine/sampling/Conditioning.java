package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/**
 * What a network is told beside the noisy latents, row by row. A network that takes no vector or no
 * image gets one of no width.
 *
 * @param context the encoded prompt, [b, tokens, width]
 * @param vector what is added to the timestep's embedding, [b, v]: Stable Diffusion XL's pooled
 *     prompt and sizes
 * @param image what stands beside the latents' own channels, [b, c, h, w]: an inpainting network's
 *     mask and masked picture
 */
public record Conditioning(Tensor context, Tensor vector, Tensor image) {

    /** A prompt alone. */
    public static Conditioning of(Tensor context) {
        int rows = context.size(0);
        return new Conditioning(context, Tensor.zeros(rows, 0), Tensor.zeros(rows, 0, 0, 0));
    }

    /** The rows of one after those of another; their contexts are equally long. */
    public static Conditioning concatenate(Conditioning a, Conditioning b) {
        return new Conditioning(
                Tensor.concatenate(a.context, b.context),
                Tensor.concatenate(a.vector, b.vector),
                Tensor.concatenate(a.image, b.image));
    }

    /** Tokens of the context. */
    public int tokens() {
        return context.size(1);
    }
}
