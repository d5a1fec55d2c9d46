package huafang.engine.pixels;

import java.util.Arrays;

/**
 * Gauss's bell over a mask, mirrored at its edges: OpenCV's GaussianBlur for eight bits, with
 * weights in whole 256ths, to the bit.
 */
final class MaskBlur {
    private static final int BITS = 8;

    private MaskBlur() {}

    /**
     * Blurs across, then down.
     *
     * @param deviationX of the bell, in pixels; 0 for none
     */
    static Pixels blurred(Pixels mask, int deviationX, int deviationY) {
        Pixels across =
                deviationX == 0
                        ? mask
                        : lines(mask, weights(deviationX), mask.width(), 1, mask.width());
        return deviationY == 0
                ? across
                : lines(across, weights(deviationY), mask.height(), mask.width(), 1);
    }

    /**
     * @param length of a line
     * @param step from a value of it to the next
     * @param toNext from a line to the next
     */
    private static Pixels lines(Pixels mask, int[] weights, int length, int step, int toNext) {
        Pixels blurred = Pixels.black(mask.width(), mask.height(), 1);
        int reach = weights.length / 2;
        int[] line = new int[length + 2 * reach];
        int[] sums = new int[length];
        for (int start = 0, n = 0; n < mask.data().length / length; n++, start += toNext) {
            for (int i = 0; i < line.length; i++) {
                line[i] = mask.data()[start + mirrored(i - reach, length) * step] & 0xff;
            }
            Arrays.fill(sums, 1 << BITS - 1);
            for (int k = 0; k < weights.length; k++) {
                addShifted(sums, weights[k], line, k);
            }
            for (int i = 0; i < length; i++) {
                blurred.data()[start + i * step] = (byte) (sums[i] >> BITS);
            }
        }
        return blurred;
    }

    /** Apart from the rest, so that it is compiled to vector instructions. */
    private static void addShifted(int[] sums, int weight, int[] line, int shift) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * line[i + shift];
        }
    }

    /** Outside, the line goes on backwards, without its last value. */
    private static int mirrored(int index, int length) {
        if (length == 1) {
            return 0;
        }
        int period = 2 * length - 2;
        int within = Math.floorMod(index, period);
        return within < length ? within : period - within;
    }

    /** The bell up to two and a half deviations; what rounding leaves over goes inwards. */
    private static int[] weights(int deviation) {
        int reach = (int) (2.5 * deviation + 0.5);
        double[] bell = new double[2 * reach + 1];
        double sum = 0;
        for (int i = 0; i < bell.length; i++) {
            bell[i] = Math.exp(-Math.pow(i - reach, 2) / (2.0 * deviation * deviation));
            sum += bell[i];
        }
        int[] weights = new int[bell.length];
        int left = 1 << BITS;
        double rest = 0;
        for (int i = 0; i < reach; i++) {
            double exact = bell[i] / sum * (1 << BITS) + rest;
            weights[i] = (int) Math.rint(exact);
            weights[weights.length - 1 - i] = weights[i];
            rest = exact - weights[i];
            left -= 2 * weights[i];
        }
        weights[reach] = left;
        return weights;
    }
}
