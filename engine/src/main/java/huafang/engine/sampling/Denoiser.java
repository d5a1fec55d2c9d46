package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/** What a sampler asks: the clean latents behind noisy ones. */
@FunctionalInterface
public interface Denoiser {
    /**
     * The expected clean latents.
     *
     * @param x clean latents plus normal noise of standard deviation {@code sigma}, [b, c, h, w];
     *     not kept, not changed
     * @param sigma the noise's standard deviation, above 0
     * @return a tensor of x's shape
     */
    Tensor denoise(Tensor x, float sigma);

    /** Likewise, and what it would be without guidance; the same where nothing guides. */
    default Guided guided(Tensor x, float sigma) {
        Tensor denoised = denoise(x, sigma);
        return new Guided(denoised, denoised);
    }

    /**
     * The expected clean latents by two views.
     *
     * @param denoised what {@link #denoise} gives
     * @param unguided what follows from the negative prompt alone
     */
    record Guided(Tensor denoised, Tensor unguided) {}
}
