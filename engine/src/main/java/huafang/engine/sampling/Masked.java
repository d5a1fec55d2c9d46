package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/**
 * Keeps latents where a mask does not cover them. Agrees with AUTOMATIC1111, for which it matters
 * what kind of sampler asks: those of timesteps have the kept latents laid, without noise, over
 * what the network sees, others over what it answers.
 *
 * @param kept latents as the network knows them, [1, c, h, w]
 * @param mask 1 where they are painted anew, 0 where they are kept, [1, 1, h, w]
 * @param before whether they are laid over what the network sees
 */
public record Masked(Denoiser model, Tensor kept, Tensor mask, boolean before) implements Denoiser {
    @Override
    public Tensor denoise(Tensor x, float sigma) {
        if (!before) {
            return mixed(model.denoise(x, sigma), kept, mask);
        }
        Tensor seen = seen(x, sigma);
        return Latents.sum(1, model.denoise(seen, sigma), 1, x, -1, seen);
    }

    @Override
    public Guided guided(Tensor x, float sigma) {
        if (!before) {
            Guided views = model.guided(x, sigma);
            return new Guided(
                    mixed(views.denoised(), kept, mask), mixed(views.unguided(), kept, mask));
        }
        Tensor seen = seen(x, sigma);
        Guided views = model.guided(seen, sigma);
        // The sampler takes the noise that was found away from its own latents, not from these.
        return new Guided(
                Latents.sum(1, views.denoised(), 1, x, -1, seen),
                Latents.sum(1, views.unguided(), 1, x, -1, seen));
    }

    private Tensor seen(Tensor x, float sigma) {
        return mixed(x, Latents.scaled(Math.sqrt((double) sigma * sigma + 1), kept), mask);
    }

    /** Some latents where a mask is 1, others where it is 0; of one shape, all channels alike. */
    public static Tensor mixed(Tensor painted, Tensor kept, Tensor mask) {
        Tensor mixed = Tensor.zeros(painted.shape());
        int plane = mask.data().length;
        for (int i = 0; i < mixed.data().length; i++) {
            float part = mask.data()[i % plane];
            mixed.data()[i] = painted.data()[i] * part + kept.data()[i] * (1 - part);
        }
        return mixed;
    }
}
