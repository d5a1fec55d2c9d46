package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/** The little arithmetic that sampling needs: weights are rounded to floats, values stay floats. */
public final class Latents {
    private Latents() {}

    /** a·x, value by value. */
    public static Tensor scaled(double a, Tensor x) {
        float[] scaled = x.data().clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= (float) a;
        }
        return new Tensor(scaled, x.shape());
    }

    /** a·x + b·y, value by value; both of one shape. */
    static Tensor sum(double a, Tensor x, double b, Tensor y) {
        float[] left = x.data();
        float[] right = y.data();
        float[] sum = new float[left.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (float) a * left[i] + (float) b * right[i];
        }
        return new Tensor(sum, x.shape());
    }

    /** a·x + b·y + c·z, value by value; all of one shape. */
    static Tensor sum(double a, Tensor x, double b, Tensor y, double c, Tensor z) {
        return sum(1, sum(a, x, b, y), c, z);
    }
}
