package huafang.engine.adapter;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What is added to a weight: up · down, a product of two matrices with few numbers.
 *
 * @param rank columns of up and rows of down
 * @param up [out, rank], row-major
 * @param down [rank, in · kernel · kernel], row-major
 */
record LowRank(int rank, float[] up, float[] down) implements Difference {

    @Override
    public int out() {
        return up.length / rank;
    }

    @Override
    public int columns() {
        return down.length / rank;
    }

    /** The larger of the two scaled, and so never a one. */
    @Override
    public LowRank scaled(float factor) {
        if (factor == 1) {
            return this;
        }
        boolean tall = up.length > down.length;
        float[] scaled = tall ? up.clone() : down.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= factor;
        }
        return tall ? new LowRank(rank, scaled, down) : new LowRank(rank, up, scaled);
    }

    /** Whether two matrices of this rank have more numbers than the whole one. */
    static boolean isLarge(long rank, int out, int columns) {
        return rank * (out + columns) > (long) out * columns;
    }

    /** The same as a whole matrix, if that has fewer numbers. */
    @Override
    public LowRank smallest() {
        return isLarge(rank, out(), columns()) ? of(whole(), out(), columns()) : this;
    }

    private boolean isWhole() {
        return isOne(up, rank) || isOne(down, rank);
    }

    /**
     * The sum of two for one weight, neither of which is used again: their ranks side by side, or
     * if one is whole, the matrix.
     */
    LowRank plus(LowRank other) {
        if (isWhole() || other.isWhole()) {
            float[] whole = whole();
            float[] others = other.whole();
            for (int i = 0; i < whole.length; i++) {
                whole[i] += others[i];
            }
            return of(whole, out(), columns());
        }
        int sum = rank + other.rank;
        float[] wide = new float[out() * sum];
        for (int row = 0; row < out(); row++) {
            System.arraycopy(up, row * rank, wide, row * sum, rank);
            System.arraycopy(other.up, row * other.rank, wide, row * sum + rank, other.rank);
        }
        float[] tall = Arrays.copyOf(down, down.length + other.down.length);
        System.arraycopy(other.down, 0, tall, down.length, other.down.length);
        return new LowRank(sum, wide, tall);
    }

    /** A whole matrix [out, columns], with one in the smaller of the two thin ones. */
    static LowRank of(float[] whole, int out, int columns) {
        return out <= columns
                ? new LowRank(out, identity(out), whole)
                : new LowRank(columns, whole, identity(columns));
    }

    /** The whole matrix, [out, columns]; what was whole before is not copied, as it is large. */
    float[] whole() {
        if (isWhole()) {
            return isOne(up, rank) ? down : up;
        }
        return product(up, down, out(), rank, columns());
    }

    /** [rows, inner] · [inner, columns]. */
    static float[] product(float[] left, float[] right, int rows, int inner, int columns) {
        float[] product = new float[Math.multiplyExact(rows, columns)];
        IntStream.range(0, rows)
                .parallel()
                .forEach(row -> {
                    for (int i = 0; i < inner; i++) {
                        float factor = left[row * inner + i];
                        for (int column = 0; column < columns; column++) {
                            product[row * columns + column] += factor * right[i * columns + column];
                        }
                    }
                });
        return product;
    }

    /** Whether this is a one: beside a whole matrix there is no other of its size. */
    static boolean isOne(float[] matrix, int size) {
        boolean one = matrix.length == size * size;
        for (int i = 0; one && i < matrix.length; i++) {
            one = matrix[i] == (i % (size + 1) == 0 ? 1 : 0);
        }
        return one;
    }

    private static float[] identity(int size) {
        float[] identity = new float[Math.multiplyExact(size, size)];
        for (int i = 0; i < size; i++) {
            identity[i * size + i] = 1;
        }
        return identity;
    }
}
