package huafang.engine.adapter;

/**
 * What is added to a weight: left ⊗ right, which networks multiply with without making the matrix
 * that it stands for.
 *
 * @param left [rows, width], row-major
 * @param rows of left
 * @param right [c, d · kernel · kernel], row-major
 * @param inner columns of right
 */
record KroneckerProduct(float[] left, int rows, float[] right, int inner) implements Difference {

    int width() {
        return left.length / rows;
    }

    @Override
    public int out() {
        return rows * (right.length / inner);
    }

    @Override
    public int columns() {
        return width() * inner;
    }

    /** Left scaled, which has fewer numbers. */
    @Override
    public KroneckerProduct scaled(float factor) {
        float[] scaled = left.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= factor;
        }
        return new KroneckerProduct(scaled, rows, right, inner);
    }

    /** The whole matrix where the right factor is nearly as large, or not the larger one. */
    @Override
    public Difference smallest() {
        boolean small = 2 * right.length <= out() * columns() && left.length <= right.length;
        return small ? this : LowRank.of(whole(), out(), columns());
    }

    private float[] whole() {
        int columns = columns();
        int height = right.length / inner;
        float[] whole = new float[Math.multiplyExact(out(), columns)];
        for (int i = 0; i < whole.length; i++) {
            int row = i / columns;
            int column = i % columns;
            whole[i] =
                    left[row / height * width() + column / inner]
                            * right[row % height * inner + column % inner];
        }
        return whole;
    }
}
