package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Ways to bring latents to another size, by the names that AUTOMATIC1111 has for them: PyTorch's
 * interpolations with corners that are not aligned.
 */
public enum LatentUpscale {
    BILINEAR("Latent", 1, LatentUpscale::triangle, false),
    BILINEAR_ANTIALIASED("Latent (antialiased)", 1, LatentUpscale::triangle, true),
    BICUBIC("Latent (bicubic)", 2, x -> cubic(x, -0.75), false),
    BICUBIC_ANTIALIASED("Latent (bicubic antialiased)", 2, x -> cubic(x, -0.5), true),
    NEAREST("Latent (nearest)", 0, null, false),
    NEAREST_EXACT("Latent (nearest-exact)", 0, null, false);

    private final String label;
    private final int reach; // of the weights, in the source's values
    private final DoubleUnaryOperator weight;
    private final boolean antialiased;

    LatentUpscale(String label, int reach, DoubleUnaryOperator weight, boolean antialiased) {
        this.label = label;
        this.reach = reach;
        this.weight = weight;
        this.antialiased = antialiased;
    }

    /**
     * The way of a public name, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static LatentUpscale named(String name) {
        return Names.find("upscaler", name, values(), LatentUpscale::label, way -> List.of());
    }

    /** The public name. */
    public String label() {
        return label;
    }

    /** Values [1, c, h, w] in another height and width. */
    public Tensor resized(Tensor x, int height, int width) {
        Tap[] across = taps(x.size(3), width);
        Tap[] down = taps(x.size(2), height);
        int planes = x.size(0) * x.size(1);
        Tensor wide = Tensor.zeros(x.size(0), x.size(1), x.size(2), width);
        for (int i = 0; i < wide.data().length; i++) {
            wide.data()[i] = across[i % width].sum(x.data(), i / width * x.size(3), 1);
        }
        Tensor resized = Tensor.zeros(x.size(0), x.size(1), height, width);
        for (int plane = 0; plane < planes; plane++) {
            for (int i = 0; i < height * width; i++) {
                int from = plane * x.size(2) * width + i % width;
                resized.data()[plane * height * width + i] =
                        down[i / width].sum(wide.data(), from, width);
            }
        }
        return resized;
    }

    /** Which values of a line make one of the result. */
    private record Tap(int[] at, double[] weights) {
        float sum(float[] data, int from, int stride) {
            double sum = 0;
            for (int i = 0; i < at.length; i++) {
                sum += weights[i] * data[from + at[i] * stride];
            }
            return (float) sum;
        }
    }

    private Tap[] taps(int length, int wanted) {
        Tap[] taps = new Tap[wanted];
        for (int i = 0; i < wanted; i++) {
            taps[i] =
                    switch (this) {
                        case NEAREST -> nearest(length, wanted, i);
                        case NEAREST_EXACT -> nearest(length, wanted, i + 0.5f);
                        case BILINEAR, BICUBIC, BILINEAR_ANTIALIASED, BICUBIC_ANTIALIASED ->
                                weighed(length, wanted, i);
                    };
        }
        return taps;
    }

    private static Tap nearest(int length, int wanted, float place) {
        int at = (int) (place * ((float) length / wanted));
        return new Tap(new int[] {Math.min(at, length - 1)}, new double[] {1});
    }

    /** Antialiased, the weights are as wide as a value of the result, and end with the line. */
    private Tap weighed(int length, int wanted, int place) {
        double scale = (double) length / wanted;
        double stretch = antialiased ? Math.max(scale, 1) : 1;
        double center = (place + 0.5) * scale;
        int first = (int) Math.floor(center - reach * stretch + 0.5);
        int last = (int) Math.floor(center + reach * stretch + 0.5);
        if (antialiased) {
            first = Math.max(first, 0);
            last = Math.min(last, length);
        }
        int[] at = new int[last - first];
        double[] weights = new double[last - first];
        double sum = 0;
        for (int i = 0; i < at.length; i++) {
            at[i] = Math.clamp(first + i, 0, length - 1);
            weights[i] = weight.applyAsDouble((first + i + 0.5 - center) / stretch);
            sum += weights[i];
        }
        for (int i = 0; i < at.length; i++) {
            weights[i] /= sum;
        }
        return new Tap(at, weights);
    }

    private static double triangle(double x) {
        return Math.max(0, 1 - Math.abs(x));
    }

    /** Keys 1981. */
    private static double cubic(double x, double slope) {
        double far = Math.abs(x);
        if (far < 1) {
            return ((slope + 2) * far - (slope + 3)) * far * far + 1;
        }
        return far < 2 ? (((far - 5) * far + 8) * far - 4) * slope : 0;
    }
}
