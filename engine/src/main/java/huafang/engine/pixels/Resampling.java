package huafang.engine.pixels;

import java.util.function.DoubleUnaryOperator;

/**
 * Ways to bring a picture to another size. When it becomes smaller, they take in all that falls
 * into a pixel. Agrees with Pillow to the bit, in which they are called so.
 */
public enum Resampling {
    /** Keys 1981, with a slope of −1/2. */
    BICUBIC(2, Resampling::cubic),
    /** A sinc of three lobes, windowed by its own first one: Duchon 1979. */
    LANCZOS(3, x -> sinc(x) * sinc(x / 3));

    /** Weights are whole numbers, in units of this fraction of 1. */
    private static final int WEIGHT_BITS = 22;

    private final double reach; // beyond which the weights are 0
    private final DoubleUnaryOperator weight;

    Resampling(double reach, DoubleUnaryOperator weight) {
        this.reach = reach;
        this.weight = weight;
    }

    /** The whole picture at another size. */
    public Pixels resize(Pixels picture, int width, int height) {
        return resize(
                picture,
                new Span(0, picture.width()),
                new Span(0, picture.height()),
                width,
                height);
    }

    /**
     * A part of a picture, perhaps an infinitely thin one.
     *
     * @param across which of its columns
     * @param down which of its rows
     */
    Pixels resize(Pixels picture, Span across, Span down, int width, int height) {
        Pixels.requireFew(width, height);
        // In Pillow's order: each way rounds to eight bits.
        Pixels wide =
                across.isWhole(picture.width(), width)
                        ? picture
                        : resized(picture, across, width, true);
        return down.isWhole(picture.height(), height) ? wide : resized(wide, down, height, false);
    }

    /**
     * From a column or row to another, in pixels.
     *
     * @param from from 0
     * @param to at most the picture's side
     */
    record Span(int from, int to) {
        boolean isWhole(int side, int wanted) {
            return from == 0 && to == wanted && side == wanted;
        }
    }

    private Pixels resized(Pixels picture, Span span, int wanted, boolean across) {
        int side = across ? picture.width() : picture.height();
        int others = across ? picture.height() : picture.width();
        int channels = picture.channels();
        Pixels result =
                across
                        ? Pixels.black(wanted, others, channels)
                        : Pixels.black(others, wanted, channels);
        int step = across ? channels : picture.width() * channels; // between neighbours that mix
        int fromLine = across ? picture.width() * channels : channels; // between lines of them
        int toStep = across ? channels : result.width() * channels;
        int toLine = across ? result.width() * channels : channels;
        double scale = (double) (span.to - span.from) / wanted;
        double stretch = Math.max(scale, 1);
        for (int i = 0; i < wanted; i++) {
            double center = span.from + (i + 0.5) * scale;
            int first = Math.max((int) (center - reach * stretch + 0.5), 0);
            int last = Math.min((int) (center + reach * stretch + 0.5), side);
            int[] weights = weights(first, last, center, stretch);
            for (int line = 0; line < others; line++) {
                for (int channel = 0; channel < channels; channel++) {
                    int at = line * fromLine + first * step + channel;
                    int sum = 1 << WEIGHT_BITS - 1;
                    for (int weight : weights) {
                        sum += (picture.data()[at] & 0xff) * weight;
                        at += step;
                    }
                    result.data()[line * toLine + i * toStep + channel] =
                            (byte) Math.clamp(sum >> WEIGHT_BITS, 0, 255);
                }
            }
        }
        return result;
    }

    private int[] weights(int first, int last, double center, double stretch) {
        double[] weights = new double[last - first];
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
            double distance = (k + first - center + 0.5) / stretch;
            weights[k] = Math.abs(distance) < reach ? weight.applyAsDouble(distance) : 0;
            sum += weights[k];
        }
        int[] whole = new int[weights.length];
        for (int k = 0; k < whole.length; k++) {
            double share = weights[k] / sum * (1 << WEIGHT_BITS);
            whole[k] = (int) (share < 0 ? share - 0.5 : share + 0.5);
        }
        return whole;
    }

    private static double cubic(double x) {
        double distance = Math.abs(x);
        double slope = -0.5;
        return distance < 1
                ? ((slope + 2) * distance - (slope + 3)) * distance * distance + 1
                : (((distance - 5) * distance + 8) * distance - 4) * slope;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }
}
