package huafang.engine.sampling;

import static huafang.engine.sampling.Euler.slope;
import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;

/**
 * DPM-Solver, fast and adaptive: Lu et al. 2022; k-diffusion's sample_dpm_fast and
 * sample_dpm_adaptive. Time is minus the logarithm of the noise level.
 *
 * <p>Of the levels only their number, the first and the last count.
 */
final class DpmSolver {
    private static final double RELATIVE = 0.05; // tolerance
    private static final double ABSOLUTE = 0.0078;
    private static final double FIRST_STEP = 0.05;
    private static final double ACCEPTED = 0.81; // a step that the controller shrinks by less
    private static final double ARRIVED = 1e-5;

    private final Descent way;
    private final double end;

    private DpmSolver(Descent way) {
        this.way = way;
        this.end = time(way.sigmas()[way.steps()]);
    }

    /** As many model calls as there are steps, most of them in steps of order 3. */
    static Tensor fast(Descent way, Tensor x) {
        return new DpmSolver(way).fast(x);
    }

    /** Steps of order 3 as long as their error allows, whatever number was asked for. */
    static Tensor adaptive(Descent way, Tensor x) {
        return new DpmSolver(way).adaptive(x);
    }

    private Tensor fast(Tensor x) {
        int calls = way.steps();
        int count = calls / 3 + 1;
        double start = time(way.sigmas()[0]);
        for (int i = 0; i < count; i++) {
            double from = start + (end - start) * i / count;
            double to = start + (end - start) * (i + 1) / count;
            int left = calls - 3 * i;
            int order = left > 3 ? 3 : left == 3 ? 2 : Math.max(left, 1);
            Split split = split(from, to);
            Tensor eps = eps(x, from);
            x =
                    switch (order) {
                        case 1 -> first(x, eps, from, split.down);
                        case 2 -> second(x, eps, from, split.down, 0.5);
                        default -> third(x, eps, from, split.down);
                    };
            double added = split.up * way.options().noiseScale();
            x = sum(1, x, added, way.noise().between(sigma(from), sigma(to)));
            way.listener().completed(i + 1, count);
        }
        return x;
    }

    private Tensor adaptive(Tensor x) {
        double start = time(way.sigmas()[0]);
        double order = way.options().etaOr(1) > 0 ? 1.5 : 3;
        double length = FIRST_STEP;
        Tensor previous = x;
        double from = start;
        int told = 0;
        while (from < end - ARRIVED) {
            double to = Math.min(end, from + length);
            Split split = split(from, to);
            Tensor eps = eps(x, from);
            Tensor low = second(x, eps, from, split.down, 1 / 3.0);
            Tensor high = third(x, eps, from, split.down);
            double error = error(low, high, previous);
            double factor = 1 + Math.atan(Math.pow(1 / (error + 1e-8), 1 / order) - 1);
            length *= factor;
            if (factor >= ACCEPTED) {
                previous = low;
                x = sum(1, high, split.up, way.noise().between(sigma(from), sigma(to)));
                from = to;
                int percent = (int) Math.round(100 * (from - start) / (end - start));
                if (percent > told) {
                    told = percent;
                    way.listener().completed(percent, 100);
                }
            } else if (!Double.isFinite(error)) {
                return high; // no step is short enough: not finite, and refused as such
            }
        }
        return x;
    }

    /** The root of the mean square of the differences, each over its tolerance. */
    private static double error(Tensor low, Tensor high, Tensor previous) {
        double sum = 0;
        for (int i = 0; i < low.data().length; i++) {
            double size = Math.max(Math.abs(low.data()[i]), Math.abs(previous.data()[i]));
            double tolerance = Math.max(ABSOLUTE, RELATIVE * size);
            double part = ((double) low.data()[i] - high.data()[i]) / tolerance;
            sum += part * part;
        }
        return Math.sqrt(sum / low.data().length);
    }

    /** The time to go down to, and the noise that leads back up. */
    private record Split(double down, double up) {}

    private Split split(double from, double to) {
        var ancestral = Ancestral.step(Math.exp(-from), Math.exp(-to), way.options().etaOr(1));
        double down = Math.min(end, time(ancestral.down()));
        double up = Math.sqrt(Math.max(0, Math.exp(-2 * to) - Math.exp(-2 * down)));
        return new Split(down, up);
    }

    private Tensor first(Tensor x, Tensor eps, double from, double to) {
        return sum(1, x, -Math.exp(-to) * Math.expm1(to - from), eps);
    }

    private Tensor second(Tensor x, Tensor eps, double from, double to, double r) {
        double h = to - from;
        Tensor inner = eps(first(x, eps, from, from + r * h), from + r * h);
        double gain = Math.exp(-to) * Math.expm1(h);
        double turn = gain / (2 * r);
        return sum(1, x, turn - gain, eps, -turn, inner);
    }

    private Tensor third(Tensor x, Tensor eps, double from, double to) {
        double h = to - from;
        double s1 = from + h / 3;
        double s2 = from + h * 2 / 3;
        Tensor eps1 = eps(first(x, eps, from, s1), s1);
        double gain2 = Math.exp(-s2) * Math.expm1(h * 2 / 3);
        double turn2 = 2 * (gain2 / (h * 2 / 3) - Math.exp(-s2));
        Tensor eps2 = eps(sum(1, x, turn2 - gain2, eps, -turn2, eps1), s2);
        double gain = Math.exp(-to) * Math.expm1(h);
        double turn = 1.5 * (gain / h - Math.exp(-to));
        return sum(1, x, turn - gain, eps, -turn, eps2);
    }

    private Tensor eps(Tensor x, double time) {
        return slope(x, way.denoise(x, Math.exp(-time)), Math.exp(-time));
    }

    private static double time(double sigma) {
        return -Math.log(sigma);
    }

    private static float sigma(double time) {
        return (float) Math.exp(-time);
    }
}
