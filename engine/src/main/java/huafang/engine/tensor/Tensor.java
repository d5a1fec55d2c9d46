package huafang.engine.tensor;

import java.util.Arrays;

/**
 * Floats with a shape, row-major: the last dimension is the one whose neighbours lie side by side.
 *
 * <p>The data is not copied: whoever makes a tensor from an array gives that array away. Two
 * tensors are equal only if they are the same one; compare {@link #data} where numbers matter.
 */
public record Tensor(float[] data, int... shape) {

    /**
     * @throws IllegalArgumentException if a dimension is negative or the shape asks for another
     *     number of values than there are
     */
    public Tensor {
        shape = shape.clone();
        if (data.length != count(shape)) {
            throw new IllegalArgumentException(
                    "shape %s needs %d values, found %d"
                            .formatted(Arrays.toString(shape), count(shape), data.length));
        }
    }

    /** A tensor of zeros. */
    public static Tensor zeros(int... shape) {
        return new Tensor(new float[count(shape)], shape);
    }

    /**
     * Puts tensors one after another along their first dimension, which alone may differ.
     *
     * @throws IllegalArgumentException if there are none, or their other dimensions differ
     */
    public static Tensor concatenate(Tensor... parts) {
        if (parts.length == 0) {
            throw new IllegalArgumentException("nothing to concatenate");
        }
        int[] shape = parts[0].shape.clone();
        shape[0] = 0;
        for (Tensor part : parts) {
            if (!Arrays.equals(part.shape, 1, part.shape.length, shape, 1, shape.length)) {
                throw new IllegalArgumentException(
                        "cannot put %s after %s: only the first dimension may differ"
                                .formatted(part, parts[0]));
            }
            shape[0] += part.shape[0];
        }
        float[] data = new float[count(shape)];
        int at = 0;
        for (Tensor part : parts) {
            System.arraycopy(part.data, 0, data, at, part.data.length);
            at += part.data.length;
        }
        return new Tensor(data, shape);
    }

    /** A copy of the rows from (inclusive) to (exclusive) of the first dimension. */
    public Tensor rows(int from, int to) {
        int[] part = shape.clone();
        part[0] = to - from;
        int row = count(shape) / shape[0];
        return new Tensor(Arrays.copyOfRange(data, from * row, to * row), part);
    }

    /** A copy of a rectangle of [b, c, h, w]. */
    public Tensor cut(int top, int left, int height, int width) {
        Tensor part = zeros(shape[0], shape[1], height, width);
        for (int row = 0; row < shape[0] * shape[1] * height; row++) {
            int from = (row / height * shape[2] + top + row % height) * shape[3] + left;
            System.arraycopy(data, from, part.data, row * width, width);
        }
        return part;
    }

    /** [b, c, h, w] with so much more on all four sides: what lies at the opposite edge. */
    public Tensor wrapped(int edge) {
        int height = shape[2] + 2 * edge;
        int width = shape[3] + 2 * edge;
        Tensor larger = zeros(shape[0], shape[1], height, width);
        for (int i = 0; i < larger.data.length; i++) {
            int row = Math.floorMod(i / width % height - edge, shape[2]);
            int column = Math.floorMod(i % width - edge, shape[3]);
            larger.data[i] = data[(i / width / height * shape[2] + row) * shape[3] + column];
        }
        return larger;
    }

    /** The dimensions, a copy. */
    @Override
    public int[] shape() {
        return shape.clone();
    }

    /** One dimension's length. */
    public int size(int dimension) {
        return shape[dimension];
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "Tensor" + Arrays.toString(shape);
    }

    private static int count(int[] shape) {
        int count = 1;
        for (int size : shape) {
            if (size < 0) {
                throw new IllegalArgumentException(
                        "negative dimension in shape " + Arrays.toString(shape));
            }
            count = Math.multiplyExact(count, size);
        }
        return count;
    }
}
