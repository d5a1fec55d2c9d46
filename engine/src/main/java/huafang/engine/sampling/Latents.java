package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/** The little arithmetic that sampling needs. */
public final class Latents {
    private Latents() {}

    /** a·x, value by value. */
    public static Tensor scaled(float a, Tensor x) {
        float[] scaled = x.data().clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= a;
        }
        return new Tensor(scaled, x.shape());
    }

    /** a·x + b·y, value by value; both of one shape. */
    static Tensor sum(float a, Tensor x, float b, Tensor y) {
        float[] left = x.data();
        float[] right = y.data();
        float[] sum = new float[left.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a * left[i] + b * right[i];
        }
        return new Tensor(sum, x.shape());
    }
}
