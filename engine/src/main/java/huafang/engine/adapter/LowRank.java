package huafang.engine.adapter;

/**
 * What is added to a weight: up · down, a product of two matrices with few numbers.
 *
 * @param rank columns of up and rows of down
 * @param up [out, rank], row-major
 * @param down [rank, in · kernel · kernel], row-major
 */
record LowRank(int rank, float[] up, float[] down) {

    int out() {
        return up.length / rank;
    }

    int columns() {
        return down.length / rank;
    }

    LowRank scaled(float factor) {
        float[] scaled = up.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= factor;
        }
        return new LowRank(rank, scaled, down);
    }

    /** The sum of two for one weight: their ranks side by side. */
    LowRank plus(LowRank other) {
        int sum = rank + other.rank;
        float[] wide = new float[out() * sum];
        for (int row = 0; row < out(); row++) {
            System.arraycopy(up, row * rank, wide, row * sum, rank);
            System.arraycopy(other.up, row * other.rank, wide, row * sum + rank, other.rank);
        }
        float[] tall = java.util.Arrays.copyOf(down, down.length + other.down.length);
        System.arraycopy(other.down, 0, tall, down.length, other.down.length);
        return new LowRank(sum, wide, tall);
    }

    /** A whole matrix [out, columns], with one in the smaller of the two thin ones. */
    static LowRank of(float[] whole, int out, int columns) {
        return out <= columns
                ? new LowRank(out, identity(out), whole)
                : new LowRank(columns, whole, identity(columns));
    }

    /** The whole matrix, [out, columns]. */
    float[] whole() {
        return product(up, down, out(), rank, columns());
    }

    /** [rows, inner] · [inner, columns]. */
    static float[] product(float[] left, float[] right, int rows, int inner, int columns) {
        float[] product = new float[Math.multiplyExact(rows, columns)];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < inner; i++) {
                float factor = left[row * inner + i];
                for (int column = 0; column < columns; column++) {
                    product[row * columns + column] += factor * right[i * columns + column];
                }
            }
        }
        return product;
    }

    private static float[] identity(int size) {
        float[] identity = new float[Math.multiplyExact(size, size)];
        for (int i = 0; i < size; i++) {
            identity[i * size + i] = 1;
        }
        return identity;
    }
}
