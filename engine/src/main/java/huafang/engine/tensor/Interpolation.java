package huafang.engine.tensor;

/** Planes at another size. */
public final class Interpolation {
    private Interpolation() {}

    /**
     * Between the four nearest values, those of the edges going on beyond them; PyTorch's {@code
     * interpolate} of mode "bilinear".
     *
     * @param x [b, c, h, w]
     * @return [b, c, height, width]
     */
    public static Tensor bilinear(Tensor x, int height, int width) {
        int fromHeight = x.size(2);
        int fromWidth = x.size(3);
        if (fromHeight == height && fromWidth == width) {
            return x;
        }
        Tensor resized = Tensor.zeros(x.size(0), x.size(1), height, width);
        int planes = x.size(0) * x.size(1);
        for (int plane = 0, at = 0; plane < planes; plane++) {
            int start = plane * fromHeight * fromWidth;
            for (int row = 0; row < height; row++) {
                Between rows = Between.of(row, height, fromHeight);
                for (int column = 0; column < width; column++, at++) {
                    Between columns = Between.of(column, width, fromWidth);
                    double above = columns.in(x.data(), start + rows.low * fromWidth);
                    double below = columns.in(x.data(), start + rows.high * fromWidth);
                    resized.data()[at] = (float) (above + rows.part * (below - above));
                }
            }
        }
        return resized;
    }

    /** Two neighbours, and how far from the one to the other. */
    private record Between(int low, int high, double part) {
        static Between of(int index, int count, int fromCount) {
            double place = Math.max((index + 0.5) * fromCount / count - 0.5, 0);
            int low = (int) place;
            return new Between(low, Math.min(low + 1, fromCount - 1), place - low);
        }

        double in(float[] data, int start) {
            return data[start + low] + part * ((double) data[start + high] - data[start + low]);
        }
    }
}
