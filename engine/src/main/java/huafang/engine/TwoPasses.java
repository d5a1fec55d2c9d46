package huafang.engine;

import huafang.engine.network.Networks;
import huafang.engine.sampling.Partway;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import java.util.function.Supplier;

/** Hires fix: a small picture, enlarged, and painted over, perhaps by another checkpoint. */
record TwoPasses(HiresFix request, Manner manner, StepListener listener) {
    private static final int PIXELS_PER_LATENT = 8;

    Picture by(StableDiffusion model) {
        StableDiffusion other = request.second().model().map(Supplier::get).orElse(model);
        if (request.enlargement() instanceof HiresFix.Enlargement.OfLatents) {
            model.requireLatentsOf(other, "the second pass'");
        }
        Manner refined = other.refined(manner);
        int after = request.strength() == 0 ? 0 : request.over().steps();
        Pass first = Pass.first(manner, after, listener);
        Tensor small = model.painter().fromNoise(request.picture(), first);
        // Enlarged pixels are decoded by this model and encoded by the other one.
        Picture decoded =
                request.enlargement() instanceof HiresFix.Enlargement.OfPixels
                        ? model.picture(small, first)
                        : null;
        Tensor large = enlarged(other.networks(manner), small, decoded);
        if (request.strength() == 0) {
            return other.picture(large, first);
        }
        Partway partway = Partway.all(request.over().steps(), request.strength());
        Pass second = Pass.second(refined, request.picture(), request.size(), listener);
        return other.picture(
                other.painter().fromLatents(request.over(), new Ground(large, partway), second),
                second);
    }

    /** Latents of the second pass' size, without its noise. */
    private Tensor enlarged(Networks networks, Tensor small, Picture decoded) {
        HiresFix.Size size = request.size();
        Tensor large =
                switch (request.enlargement()) {
                    case HiresFix.Enlargement.OfLatents latents ->
                            latents.way()
                                    .resized(
                                            small,
                                            size.height() / PIXELS_PER_LATENT,
                                            size.width() / PIXELS_PER_LATENT);
                    case HiresFix.Enlargement.OfPixels pixels ->
                            networks.encode(
                                    Picture.tensor(
                                            pixels.upscaler()
                                                    .resize(
                                                            decoded.pixels(),
                                                            size.width(),
                                                            size.height(),
                                                            StepListener.NONE)));
                };
        StableDiffusion.requireFinite("enlarged latents", large);
        return large.cut(
                size.cutDown() / 2,
                size.cutAcross() / 2,
                large.size(2) - size.cutDown(),
                large.size(3) - size.cutAcross());
    }
}
