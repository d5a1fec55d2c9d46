package huafang.engine.network;

import huafang.engine.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * Runs a network over a large picture piece by piece, so that memory does not grow with it: evenly
 * spread tiles of one size that overlap, and are blended where they do.
 *
 * @param side of a tile, in the picture's values
 * @param overlap how much of it two neighbours share at least
 */
record Tiles(int side, int overlap) {

    Tiles {
        if (overlap < 1 || overlap >= side) {
            throw new IllegalArgumentException(
                    "tiles of %d cannot overlap by %d".formatted(side, overlap));
        }
    }

    /** How many it takes. */
    int count(Tensor x) {
        return count(x.size(2)) * count(x.size(3));
    }

    private int count(int length) {
        return length <= side ? 1 : Math.ceilDiv(length - overlap, side - overlap);
    }

    /**
     * A network's output for [1, c, h, w], whose sides it multiplies with a ratio.
     *
     * @param times the ratio's numerator
     * @param over its denominator; sides, and the tiles' too, are multiples of it
     */
    Tensor map(Tensor x, int times, int over, UnaryOperator<Tensor> network) {
        if (count(x) == 1) {
            return network.apply(x);
        }
        Row down = new Row(x.size(2), this, times, over);
        Row across = new Row(x.size(3), this, times, over);
        Tensor whole = null;
        for (int i = 0; i < down.count; i++) {
            for (int j = 0; j < across.count; j++) {
                Tensor tile =
                        network.apply(
                                x.cut(down.start(i), across.start(j), down.side, across.side));
                if (whole == null) {
                    whole = Tensor.zeros(1, tile.size(1), down.out(), across.out());
                }
                add(tile, whole, down, i, across, j);
            }
        }
        return whole;
    }

    private static void add(Tensor tile, Tensor whole, Row down, int i, Row across, int j) {
        int height = tile.size(2);
        int width = tile.size(3);
        for (int row = 0; row < tile.size(1) * height; row++) {
            int y = row % height;
            int to =
                    (row / height * whole.size(2) + down.outStart(i) + y) * whole.size(3)
                            + across.outStart(j);
            for (int x = 0; x < width; x++) {
                whole.data()[to + x] +=
                        down.shares[i][y] * across.shares[j][x] * tile.data()[row * width + x];
            }
        }
    }

    /** The tiles along one side. */
    private static final class Row {
        final int length;
        final int side;
        final int count;
        final float[][] shares; // of each tile in the output's values
        private final int times;
        private final int over;

        Row(int length, Tiles tiles, int times, int over) {
            this.length = length;
            this.times = times;
            this.over = over;
            side = Math.min(tiles.side, length);
            count = tiles.count(length);
            shares = new float[count][side * times / over];
            double[] sum = new double[out()];
            for (int tile = 0; tile < count; tile++) {
                for (int i = 0; i < shares[tile].length; i++) {
                    shares[tile][i] = (float) share(tile, i);
                    sum[outStart(tile) + i] += shares[tile][i];
                }
            }
            for (int tile = 0; tile < count; tile++) {
                for (int i = 0; i < shares[tile].length; i++) {
                    shares[tile][i] /= (float) sum[outStart(tile) + i];
                }
            }
        }

        int start(int tile) {
            return count == 1 ? 0 : (length - side) / over * tile / (count - 1) * over;
        }

        int out() {
            return length * times / over;
        }

        int outStart(int tile) {
            return start(tile) * times / over;
        }

        /**
         * Where two tiles overlap, each one's outer quarter does not count, since a network sees
         * less there; in between one gives way to the other evenly.
         */
        private double share(int tile, int i) {
            int length = shares[tile].length;
            double left = tile == 0 ? 1 : ramp(tile - 1, i + 0.5);
            double right = tile + 1 == count ? 1 : ramp(tile, length - i - 0.5);
            return Math.min(left, right);
        }

        private double ramp(int tile, double inside) {
            int shared = outStart(tile) + shares[tile].length - outStart(tile + 1);
            return Math.clamp(2 * inside / shared - 0.5, 0, 1);
        }
    }
}
