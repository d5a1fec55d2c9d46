package huafang.engine.sampling;

import static huafang.engine.sampling.Latents.sum;

import huafang.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Heun's method that goes down the low levels again after noising back up: Xu et al. 2023, "Restart
 * Sampling for Improving Generative Processes", with AUTOMATIC1111's choice of where.
 *
 * <p>Below 20 steps there is no restart. Else the given levels are replaced by fewer Karras ones,
 * so that the number of steps stays what was asked for.
 */
final class Restart {
    private static final double FROM = 0.1; // the level at which it goes back up
    private static final double TO = 2;

    private Restart() {}

    /** A step between two levels; one that starts above the last one's end noises up to there. */
    private record Step(float from, float to) {}

    static Tensor restart(Descent way, Tensor x) {
        List<Step> steps = steps(way.sigmas());
        float level = steps.getFirst().from;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (level < step.from) {
                double added = Math.sqrt((double) step.from * step.from - (double) level * level);
                x = sum(1, x, added, way.noise().between(step.from, step.to));
            }
            x = Euler.heunStep(way, x, step.from, step.to);
            level = step.to;
            way.listener().completed(i + 1, steps.size());
        }
        return x;
    }

    private static List<Step> steps(float[] sigmas) {
        int count = sigmas.length - 1;
        if (count < 20) {
            return between(sigmas);
        }
        int times = count < 36 ? 1 : 2;
        int each = count < 36 ? 9 : count / 4;
        float[] once = karras(count - each * times, sigmas[count - 1], sigmas[0]);
        List<Step> steps = new ArrayList<>(between(once));
        int low = nearest(once, FROM);
        int high = nearest(once, TO);
        if (high < low) {
            float[] again = karras(each + 1, once[low], once[high]);
            List<Step> segment = between(again).subList(0, each); // without the way to 0
            for (int i = 0; i < times; i++) {
                steps.addAll(low, segment);
            }
        }
        return steps;
    }

    private static float[] karras(int steps, double lowest, double highest) {
        return Spacing.karras(steps, new Spacing.Range(null, lowest, highest, 0));
    }

    private static List<Step> between(float[] sigmas) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i + 1 < sigmas.length; i++) {
            steps.add(new Step(sigmas[i], sigmas[i + 1]));
        }
        return steps;
    }

    private static int nearest(float[] sigmas, double level) {
        int nearest = 0;
        for (int i = 1; i < sigmas.length; i++) {
            if (Math.abs(sigmas[i] - level) < Math.abs(sigmas[nearest] - level)) {
                nearest = i;
            }
        }
        return nearest;
    }
}
