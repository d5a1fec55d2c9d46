package huafang.engine;

import huafang.engine.checkpoint.Family;
import huafang.engine.network.Networks;
import huafang.engine.pixels.Pixels;
import huafang.engine.pixels.Resampling;
import huafang.engine.sampling.Denoiser;
import huafang.engine.sampling.ImageNoise;
import huafang.engine.sampling.LatentUpscale;
import huafang.engine.sampling.Latents;
import huafang.engine.sampling.Masked;
import huafang.engine.sampling.NoiseOptions;
import huafang.engine.sampling.Partway;
import huafang.engine.sampling.Sampler;
import huafang.engine.tensor.Tensor;
import java.util.Optional;

/**
 * Latents that are there already and painted over.
 *
 * @param latents as the U-Net knows them, [1, 4, height/8, width/8]
 * @param partway how far they are noised up
 * @param noiseMultiplier what that noise is multiplied with, usually 1
 * @param mask 1 where they are painted anew, 0 where they stay, [1, 1, height/8, width/8]; nothing
 *     if they are painted anew everywhere
 * @param image what an inpainting network sees beside them, [1, 5, height/8, width/8]; nothing if
 *     it sees what it sees without any picture
 */
record Ground(
        Tensor latents,
        Partway partway,
        double noiseMultiplier,
        Optional<Tensor> mask,
        Optional<Tensor> image) {
    private static final int PIXELS_PER_LATENT = 8;

    /** All of them painted anew, with usual noise. */
    Ground(Tensor latents, Partway partway) {
        this(latents, partway, 1, Optional.empty(), Optional.empty());
    }

    /** A picture's latents: the mean of their distribution, where AUTOMATIC1111 draws from it. */
    static Ground of(Img2Img request, Canvas canvas, Networks networks) {
        Txt2Img wanted = request.picture();
        Tensor picture = Picture.tensor(canvas.picture());
        Tensor latents =
                LatentUpscale.BILINEAR.resized(
                        encoded(networks, picture),
                        wanted.height() / PIXELS_PER_LATENT,
                        wanted.width() / PIXELS_PER_LATENT);
        var all =
                new Ground(
                        latents,
                        Partway.of(wanted.steps(), request.strength()),
                        request.noiseMultiplier(),
                        Optional.empty(),
                        Optional.empty());
        return canvas.mask()
                .map(mask ->
                        all.masked(
                                request.inpainting().orElseThrow(),
                                mask,
                                picture,
                                wanted,
                                networks))
                .orElse(all);
    }

    private Ground masked(
            Inpainting inpainting, Pixels mask, Tensor picture, Txt2Img wanted, Networks networks) {
        boolean round = inpainting.round();
        // AUTOMATIC1111 shows XL's networks no soft mask, whatever is asked for.
        boolean hard = round || networks.config().family() == Family.XL;
        Tensor latentMask =
                opacity(Resampling.BICUBIC.resize(mask, latents.size(3), latents.size(2)), round);
        Tensor under =
                switch (inpainting.fill()) {
                    case FILL, ORIGINAL -> latents;
                    case LATENT_NOISE -> Masked.mixed(noise(wanted), latents, latentMask);
                    case LATENT_NOTHING ->
                            Masked.mixed(Tensor.zeros(latents.shape()), latents, latentMask);
                };
        return new Ground(
                under,
                partway,
                noiseMultiplier,
                Optional.of(latentMask),
                networks.config().imageChannels() == 0
                        ? Optional.empty()
                        : Optional.of(
                                seen(picture, opacity(mask, hard), inpainting.hidden(), networks)));
    }

    /** Of the seed itself, without variations. */
    private Tensor noise(Txt2Img wanted) {
        return new ImageNoise(wanted.rng(), wanted.seed(), NoiseOptions.USUAL)
                .begin(latents.shape())
                .start();
    }

    /** A mask from 0 to 1, or of these two alone: [1, 1, h, w]. */
    private static Tensor opacity(Pixels mask, boolean round) {
        Tensor opacity = Tensor.zeros(1, 1, mask.height(), mask.width());
        for (int i = 0; i < opacity.data().length; i++) {
            float value = (mask.data()[i] & 0xff) / 255f;
            opacity.data()[i] = round ? (float) Math.rint(value) : value;
        }
        return opacity;
    }

    /**
     * The mask, and the latents of the picture without what is under it.
     *
     * @param mask [1, 1, 8h, 8w]
     * @param hidden how much of it is not seen
     */
    private static Tensor seen(Tensor picture, Tensor mask, double hidden, Networks networks) {
        Tensor grey = Tensor.zeros(picture.shape());
        Tensor veil = Latents.scaled(hidden, mask);
        Tensor kept = encoded(networks, Masked.mixed(grey, picture, veil));
        int height = kept.size(2);
        int width = kept.size(3);
        int plane = height * width;
        float[] seen = new float[plane + kept.data().length];
        for (int i = 0; i < plane; i++) {
            int row = i / width * PIXELS_PER_LATENT;
            seen[i] = mask.data()[row * mask.size(3) + i % width * PIXELS_PER_LATENT];
        }
        System.arraycopy(kept.data(), 0, seen, plane, kept.data().length);
        return new Tensor(seen, 1, 1 + kept.size(1), height, width);
    }

    private static Tensor encoded(Networks networks, Tensor picture) {
        Tensor latents = networks.encode(picture);
        StableDiffusion.requireFinite("latents of the given picture", latents);
        return latents;
    }

    /** A denoiser that keeps what is not painted anew. */
    Denoiser keptBy(Denoiser model, Sampler sampler) {
        return mask.<Denoiser>map(part -> new Masked(model, latents, part, sampler.isOfTimesteps()))
                .orElse(model);
    }

    /** Painted latents, but what is not painted anew as it was. */
    Tensor keptIn(Tensor painted) {
        return mask.map(part -> Masked.mixed(painted, latents, part)).orElse(painted);
    }
}
