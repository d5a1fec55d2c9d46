package huafang.engine;

import huafang.engine.pixels.Masks;
import huafang.engine.pixels.Pixels;
import huafang.engine.pixels.Region;
import huafang.engine.pixels.Resampling;
import huafang.engine.pixels.ResizeMode;
import java.util.Optional;

/**
 * What is painted over, as it is seen at the size that is painted. Agrees with AUTOMATIC1111; but
 * where that fails because a mask and its picture differ in size, the mask takes the picture's, and
 * under a mask it is always pixels that are resized, not latents.
 *
 * @param picture three channels
 * @param mask one channel, white where it is painted anew; nothing if it is everywhere
 * @param overlay what is laid over the painted picture; nothing if the mask is
 */
record Canvas(Pixels picture, Optional<Pixels> mask, Optional<Overlay> overlay) {

    /**
     * What stays of a picture.
     *
     * @param original the picture, at the size that comes out
     * @param mask of its size, black where it stays
     * @param region what of it was painted, at another size; nothing for all
     */
    record Overlay(Pixels original, Pixels mask, Optional<Region> region) {
        Pixels over(Pixels painted) {
            Pixels whole = region.map(part -> placed(painted, part)).orElse(painted);
            return Masks.mixed(whole, original, mask);
        }

        private Pixels placed(Pixels painted, Region part) {
            Pixels fitted = ResizeMode.CROP_AND_RESIZE.fit(painted, part.width(), part.height());
            return part.placed(fitted, original.width(), original.height());
        }
    }

    static Canvas of(Img2Img request) {
        return request.inpainting()
                .flatMap(inpainting -> masked(request, inpainting))
                .orElseGet(() ->
                        new Canvas(
                                fitted(request, request.init()),
                                Optional.empty(),
                                Optional.empty()));
    }

    /** A picture or a mask at the size that is painted. */
    private static Pixels fitted(Img2Img request, Pixels pixels) {
        boolean latent =
                request.resizeMode() == ResizeMode.LATENT_UPSCALE
                        && request.inpainting().isPresent();
        return (latent ? ResizeMode.JUST_RESIZE : request.resizeMode())
                .fit(pixels, request.picture().width(), request.picture().height());
    }

    /** Nothing if the masked part alone is asked for, and there is none. */
    private static Optional<Canvas> masked(Img2Img request, Inpainting inpainting) {
        Pixels drawn = inpainting.inverted() ? inpainting.mask().inverted() : inpainting.mask();
        Pixels mask = Masks.blurred(drawn, inpainting.blurX(), inpainting.blurY());
        if (!inpainting.onlyMasked()) {
            return Optional.of(whole(request, inpainting, mask));
        }
        Pixels init = request.init();
        Pixels fitting = Resampling.LANCZOS.resize(mask, init.width(), init.height());
        int width = request.picture().width();
        int height = request.picture().height();
        return Region.around(fitting, inpainting.padding(), width, height)
                .map(region ->
                        canvas(
                                ResizeMode.RESIZE_AND_FILL.fit(region.of(init), width, height),
                                ResizeMode.RESIZE_AND_FILL.fit(region.of(fitting), width, height),
                                inpainting,
                                new Overlay(init, fitting, Optional.of(region))));
    }

    private static Canvas whole(Img2Img request, Inpainting inpainting, Pixels mask) {
        Pixels init = fitted(request, request.init());
        Pixels fitted = fitted(request, mask);
        return canvas(
                init,
                fitted,
                inpainting,
                new Overlay(init, Masks.doubled(fitted), Optional.empty()));
    }

    private static Canvas canvas(
            Pixels picture, Pixels mask, Inpainting inpainting, Overlay overlay) {
        // Pillow's fill is under both kinds of latents, too: an inpainting network sees it.
        Pixels filled =
                inpainting.fill() == Inpainting.Fill.ORIGINAL
                        ? picture
                        : Masks.filled(picture, mask);
        return new Canvas(filled, Optional.of(mask), Optional.of(overlay));
    }
}
