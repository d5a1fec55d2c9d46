package huafang.engine;

import huafang.engine.pixels.Pixels;
import huafang.engine.png.Png;
import huafang.engine.tensor.Tensor;
import java.util.Map;

/**
 * A painted picture.
 *
 * @param rgb rows from the top, three bytes a pixel
 * @param latents what the sampler returned, before division by the latent scale: [1, 4, h/8, w/8]
 *     of the size that was painted
 */
public record Picture(int width, int height, byte[] rgb, Tensor latents) {

    /**
     * Brings a decoder's output from −1…1 to 0…255: clamped, then truncated, as AUTOMATIC1111 does
     * it.
     */
    static Picture of(Tensor decoded, Tensor latents) { // [1, 3, h, w]
        int height = decoded.size(2);
        int width = decoded.size(3);
        float[] planes = decoded.data();
        byte[] rgb = new byte[planes.length];
        int plane = width * height;
        for (int i = 0; i < rgb.length; i++) {
            float value = planes[i % 3 * plane + i / 3];
            rgb[i] = (byte) (255 * Math.clamp((value + 1) / 2, 0f, 1f));
        }
        return new Picture(width, height, rgb, latents);
    }

    /** The same with what stays of another picture laid over it. */
    Picture under(Canvas.Overlay overlay) {
        Pixels whole = overlay.over(new Pixels(width, height, 3, rgb));
        return new Picture(whole.width(), whole.height(), whole.data(), latents);
    }

    /**
     * Pixels as an encoder reads them: [1, 3, h, w] from −1 to 1. Its sides are multiples of 8;
     * what is left over at the right and the bottom is left out.
     */
    static Tensor tensor(Pixels pixels) {
        int width = pixels.width() - pixels.width() % 8;
        int height = pixels.height() - pixels.height() % 8;
        Tensor tensor = Tensor.zeros(1, 3, height, width);
        for (int channel = 0, at = 0; channel < 3; channel++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++, at++) {
                    tensor.data()[at] = pixels.at(x, y, channel) / 255f * 2 - 1;
                }
            }
        }
        return tensor;
    }

    Pixels pixels() {
        return new Pixels(width, height, 3, rgb);
    }

    /**
     * The picture as a PNG file.
     *
     * @param text keywords to texts that the file is to carry
     */
    public byte[] png(Map<String, String> text) {
        return Png.encode(width, height, rgb, text);
    }
}
