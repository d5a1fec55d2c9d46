package huafang.engine;

import huafang.engine.network.Networks;
import huafang.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an inpainting checkpoint sees when there is nothing to keep: all is masked, and the masked
 * picture is grey. Encoding that takes long, and pictures tend to be of few sizes.
 */
final class BlankPictures {
    private static final int MOST = 8; // of up to 1.3 MB

    private final Map<Size, Tensor> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Size, Tensor> eldest) {
                    return size() > MOST;
                }
            };

    private record Size(int width, int height, boolean wrapped) {}

    /**
     * What stands beside the latents of a picture, [1, c, h, w].
     *
     * @param width of the picture, in pixels
     * @param height likewise
     */
    Tensor of(Networks networks, int width, int height) {
        if (networks.config().imageChannels() == 0) {
            return Tensor.zeros(1, 0, 0, 0);
        }
        var size = new Size(width, height, networks.isWrapped());
        Tensor blank;
        synchronized (known) {
            blank = known.get(size);
        }
        if (blank == null) {
            blank = encoded(networks, width, height);
            synchronized (known) {
                known.put(size, blank);
            }
        }
        return blank;
    }

    private static Tensor encoded(Networks networks, int width, int height) {
        int channels = networks.config().imageChannels();
        Tensor grey = networks.encode(Tensor.zeros(1, 3, height, width));
        int plane = grey.size(2) * grey.size(3);
        float[] image = new float[channels * plane];
        Arrays.fill(image, 0, plane, 1);
        System.arraycopy(grey.data(), 0, image, plane, grey.data().length);
        return new Tensor(image, 1, channels, grey.size(2), grey.size(3));
    }
}
