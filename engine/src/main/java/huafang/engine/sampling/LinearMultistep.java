package huafang.engine.sampling;

import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;

/** Adams and Bashforth's method over uneven steps, of order 4. */
final class LinearMultistep {
    private static final int ORDER = 4;

    /** Gauss and Legendre's points and weights on [-1, 1]: exact up to the fifth power. */
    private static final double[] POINTS = {-Math.sqrt(0.6), 0, Math.sqrt(0.6)};

    private static final double[] WEIGHTS = {5 / 9.0, 8 / 9.0, 5 / 9.0};

    private LinearMultistep() {}

    /** k-diffusion's sample_lms, whose integrals are exact here. */
    static Tensor lms(Descent way, Tensor x) {
        Deque<Tensor> slopes = new ArrayDeque<>(); // the latest first
        for (int i = 0; i < way.steps(); i++) {
            float from = way.sigmas()[i];
            slopes.addFirst(Euler.slope(x, way.denoise(x, from), from));
            if (slopes.size() > ORDER) {
                slopes.removeLast();
            }
            int back = 0;
            for (Tensor slope : slopes) {
                x = sum(1, x, integral(way.sigmas(), i, back, slopes.size()), slope);
                back++;
            }
            way.completed(i);
        }
        return x;
    }

    /**
     * The integral, over the step from level i to the next, of the polynomial that is 1 at the
     * level {@code back} before i and 0 at the others of the last {@code order}.
     */
    private static double integral(float[] sigmas, int i, int back, int order) {
        double half = ((double) sigmas[i + 1] - sigmas[i]) / 2;
        double middle = ((double) sigmas[i + 1] + sigmas[i]) / 2;
        double integral = 0;
        for (int p = 0; p < POINTS.length; p++) {
            double at = middle + half * POINTS[p];
            double value = 1;
            for (int k = 0; k < order; k++) {
                if (k != back) {
                    value *= (at - sigmas[i - k]) / ((double) sigmas[i - back] - sigmas[i - k]);
                }
            }
            integral += WEIGHTS[p] * value * half;
        }
        return integral;
    }
}
