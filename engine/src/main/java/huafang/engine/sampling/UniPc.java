package huafang.engine.sampling;

import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * UniPC: Zhao et al. 2023, predicting the picture, with B(h) = h, order 3 and lower orders in the
 * last steps: AUTOMATIC1111's settings. diffusers takes B(h) = e^h - 1.
 */
final class UniPc {
    private static final int ORDER = 3;

    private UniPc() {}

    static Tensor uniPc(Descent way, Tensor x) {
        int steps = way.steps();
        List<Tensor> found = new ArrayList<>(); // denoised at each level, the latest first
        if (steps > 0) {
            found.add(way.denoise(x, way.sigmas()[0]));
        }
        for (int i = 1; i <= steps; i++) {
            var step = Step.to(way.sigmas(), i, Math.min(Math.min(ORDER, i), steps + 1 - i));
            Tensor predicted = step.predict(x, found);
            if (i == steps) {
                x = predicted;
            } else {
                Tensor ahead = way.denoise(predicted, way.sigmas()[i]);
                x = step.correct(x, found, ahead);
                found.addFirst(ahead);
                if (found.size() > ORDER) {
                    found.removeLast();
                }
            }
            way.completed(i - 1);
        }
        return TimestepSamplers.unitVariance(way, x);
    }

    /**
     * Its levels: even timesteps from one of them to the first, between which the logarithm of the
     * picture's share is interpolated, as the authors' code does it.
     */
    static float[] sigmas(int steps, double from, NoiseLevels levels) {
        float[] sigmas = new float[steps + 1];
        for (int i = 0; i <= steps; i++) {
            double timestep = steps == 0 ? from : from * (steps - i) / steps;
            int below = Math.min((int) timestep, levels.count() - 2);
            double part = timestep - below;
            double share =
                    (1 - part) * logShare(levels, below) + part * logShare(levels, below + 1);
            sigmas[i] = (float) Math.sqrt(Math.expm1(-share));
        }
        return sigmas;
    }

    private static double logShare(NoiseLevels levels, int index) {
        double sigma = levels.at(index);
        return -Math.log1p(sigma * sigma);
    }

    /**
     * One step's coefficients.
     *
     * @param h its length in the logarithm of the noise level
     * @param ratios where the levels before its start are, in units of h: below 0
     * @param sides the right-hand sides of the order conditions
     */
    private record Step(double from, double to, double h, double[] ratios, double[] sides) {
        static Step to(float[] sigmas, int i, int order) {
            double h = Math.log((double) sigmas[i - 1] / sigmas[i]);
            double[] ratios = new double[order - 1];
            for (int k = 0; k < ratios.length; k++) {
                ratios[k] = Math.log((double) sigmas[i - 1] / sigmas[i - 2 - k]) / h;
            }
            double[] sides = new double[order];
            double phi = Math.expm1(-h) / -h - 1;
            double factorial = 1;
            for (int k = 0; k < order; k++) {
                sides[k] = phi * factorial / -h;
                factorial *= k + 2;
                phi = phi / -h - 1 / factorial;
            }
            return new Step(sigmas[i - 1], sigmas[i], h, ratios, sides);
        }

        Tensor predict(Tensor x, List<Tensor> found) {
            Tensor predicted = Euler.towards(found.getFirst(), x, from, to);
            double[] weights =
                    switch (ratios.length) {
                        case 0 -> new double[0];
                        case 1 -> new double[] {0.5}; // the authors' short cut
                        default -> solve(ratios, sides);
                    };
            return turned(predicted, found, weights);
        }

        Tensor correct(Tensor x, List<Tensor> found, Tensor ahead) {
            Tensor straight = Euler.towards(found.getFirst(), x, from, to);
            double[] points = Arrays.copyOf(ratios, ratios.length + 1);
            points[ratios.length] = 1;
            double[] weights = ratios.length == 0 ? new double[] {0.5} : solve(points, sides);
            double weight = h * weights[ratios.length];
            return sum(
                    1, turned(straight, found, weights), weight, ahead, -weight, found.getFirst());
        }

        /** Adds h times the weighted slopes of what was found at the earlier levels. */
        private Tensor turned(Tensor x, List<Tensor> found, double[] weights) {
            for (int k = 0; k < ratios.length; k++) {
                double weight = h * weights[k] / ratios[k];
                x = sum(1, x, weight, found.get(k + 1), -weight, found.getFirst());
            }
            return x;
        }

        /** The weights w with Σ w·point^k = side k, for one equation for each of up to 3 points. */
        private static double[] solve(double[] points, double[] sides) {
            double[] weights = new double[points.length];
            for (int j = 0; j < points.length; j++) {
                // The sides are linear in point powers: apply them to Lagrange's polynomial of j.
                double[] polynomial = {1};
                for (int k = 0; k < points.length; k++) {
                    if (k != j) {
                        polynomial = timesRoot(polynomial, points[k], points[j] - points[k]);
                    }
                }
                for (int power = 0; power < polynomial.length; power++) {
                    weights[j] += polynomial[power] * sides[power];
                }
            }
            return weights;
        }

        /** A polynomial, lowest power first, times (t - root) / scale. */
        private static double[] timesRoot(double[] polynomial, double root, double scale) {
            double[] product = new double[polynomial.length + 1];
            for (int power = 0; power < polynomial.length; power++) {
                product[power] -= polynomial[power] * root / scale;
                product[power + 1] += polynomial[power] / scale;
            }
            return product;
        }
    }
}
