package huafang.engine.bench;

import com.sun.management.OperatingSystemMXBean;
import huafang.engine.StableDiffusion;
import huafang.engine.Txt2Img;
import huafang.engine.adapter.Adapters;
import huafang.engine.batch.Batcher;
import huafang.engine.batch.Priority;
import huafang.engine.network.Device;
import huafang.engine.network.Networks;
import huafang.engine.sampling.Conditioning;
import huafang.engine.sampling.NoisePredictor;
import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Measures what pictures gain by sharing a device step by step: on a CPU with a checkpoint, and on
 * a model of a GPU, whose calls take so long and so much more for each row. Prints a row for each
 * figure.
 */
public final class BatchBench {
    private static final int PICTURES = 16;
    private static final int ARRIVALS = 40;
    private static final int CALLS = 101;
    private static final int SIDE = 64;
    private static final int ROUNDS = 3;
    private static final int[] AT_ONCE = {1, 2, 4, 8};
    private static final int MOST_AT_ONCE = 8;

    /** What arrives per what could be done at most, {@link #MOST_AT_ONCE} at once. */
    private static final double LOAD = 0.7;

    /**
     * Three times the throughput for eight pictures at once, as reported for 512×512; four times as
     * fast as a fast GPU.
     */
    private static final double CALL_MILLIS = 3.84;

    private static final double ROW_MILLIS = 0.6;

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private BatchBench() {}

    /**
     * @param arguments checkpoint
     */
    public static void main(String... arguments) {
        Path checkpoint = Path.of(arguments[0]);
        hop(checkpoint);
        try (var model = StableDiffusion.load(checkpoint)) {
            // Nothing is gained there by several at once, so workers paint one.
            compare("Batcher, CPU", i -> paint(model, i), 1, 1);
        }
        var batcher = new Batcher(true, Optional::empty);
        compare("Batcher, GPU model", i -> paintOnModel(batcher, i), MOST_AT_ONCE, 2);
    }

    /** From 4 to 12. */
    private static int steps(int picture) {
        return 4 + picture * 5 % 9;
    }

    private static void paint(StableDiffusion model, int picture) {
        var request =
                new Txt2Img(
                        "a red house " + picture,
                        "trees",
                        SIDE,
                        SIDE,
                        steps(picture),
                        Sampler.EULER,
                        Schedule.KARRAS,
                        5,
                        picture,
                        Rng.NV,
                        Txt2Img.Reading.USUAL);
        model.paint(request, StepListener.NONE);
    }

    private static void paintOnModel(Batcher batcher, int picture) {
        NoisePredictor shared = batcher.shared(MODEL, Priority.INTERACTIVE, () -> true);
        Tensor x = Tensor.zeros(2, 4, 8, 8);
        var told = Conditioning.of(Tensor.zeros(2, 1, 1));
        for (int step = 0; step < 2 * steps(picture); step++) {
            shared.predict(x, new float[2], told);
        }
    }

    private static final NoisePredictor MODEL =
            (x, timesteps, told) -> {
                long end =
                        System.nanoTime()
                                + (long) (1e6 * (CALL_MILLIS + ROW_MILLIS * timesteps.length));
                while (System.nanoTime() < end) {
                    LockSupport.parkNanos(end - System.nanoTime());
                }
                return x;
            };

    /**
     * Throughput by pictures at once, then latency under arrivals of the same load: of pictures
     * that join and leave at any step, and of as many that start and end together.
     *
     * @param usual how many at once a worker paints
     * @param goal what that many, or more, should do at least in times of one at a time
     */
    private static void compare(String device, IntConsumer painter, int usual, double goal) {
        // Limits are found, code is compiled, every prompt is encoded.
        Company.stepByStep(painter, new double[ARRIVALS], MOST_AT_ONCE);
        double[] rates = rates(painter);
        report(device + ": pictures of mixed steps, one at a time", rates[0], "a second", "");
        for (int i = 1; i < rates.length; i++) {
            report(
                    "  %d at once".formatted(AT_ONCE[i]),
                    rates[i] / rates[0],
                    "times that",
                    AT_ONCE[i] < usual ? "" : "(goal: >= %.1f)".formatted(goal));
        }
        double[] arrivals = arrivals(LOAD * rates[Arrays.binarySearch(AT_ONCE, usual)]);
        System.out.printf(
                Locale.ROOT,
                "From arrival to picture, at %.0f %% of what %d at once can do%n",
                100 * LOAD,
                usual);
        reportLatency(
                "  %d at once, step by step".formatted(usual),
                () -> Company.stepByStep(painter, arrivals, usual));
        if (usual < MOST_AT_ONCE) {
            reportLatency(
                    "  %d at once, step by step".formatted(MOST_AT_ONCE),
                    () -> Company.stepByStep(painter, arrivals, MOST_AT_ONCE));
        }
        reportLatency(
                "  %d at once, starting and ending together".formatted(MOST_AT_ONCE),
                () -> Company.startingAndEndingTogether(painter, arrivals, MOST_AT_ONCE));
    }

    /** Pictures a second, for each of {@link #AT_ONCE}. */
    private static double[] rates(IntConsumer painter) {
        double[][] rates = new double[AT_ONCE.length][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < rates.length; i++) {
                rates[i][round] = rate(painter, AT_ONCE[i]);
            }
        }
        return Arrays.stream(rates).mapToDouble(BatchBench::median).toArray();
    }

    /**
     * Prints the median of some means, and what each picture takes of the processors: that tells
     * apart what is waited for other processes.
     */
    private static void reportLatency(String what, Supplier<double[]> round) {
        double[] millis = new double[ROUNDS];
        long before = SYSTEM.getProcessCpuTime();
        Arrays.setAll(millis, i -> 1e3 * mean(round.get()));
        double used = (SYSTEM.getProcessCpuTime() - before) / 1e6 / ROUNDS / ARRIVALS;
        String remark = String.format(Locale.ROOT, "(%.0f ms of the processors each)", used);
        report(what, median(millis), "ms", remark);
    }

    private static void report(String what, double value, String unit, String remark) {
        System.out.printf(Locale.ROOT, "%-59s %8.2f %s  %s%n", what, value, unit, remark);
    }

    private static double median(double[] numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Pictures a second. */
    private static double rate(IntConsumer painter, int atOnce) {
        long start = System.nanoTime();
        Company.stepByStep(painter, new double[PICTURES], atOnce);
        return PICTURES / ((System.nanoTime() - start) / 1e9);
    }

    /** Seconds at which so many a second arrive, independently of each other. */
    private static double[] arrivals(double rate) {
        var random = new Random(1);
        double[] arrivals = new double[ARRIVALS];
        double now = 0;
        for (int i = 0; i < ARRIVALS; i++) {
            now -= Math.log(1 - random.nextDouble()) / rate;
            arrivals[i] = now;
        }
        return arrivals;
    }

    private static double mean(double[] numbers) {
        return Arrays.stream(numbers).average().orElseThrow();
    }

    /** How much longer a call takes through the batcher. */
    private static void hop(Path checkpoint) {
        try (Networks networks = Networks.load(checkpoint)) {
            NoisePredictor direct = networks.predictor(Adapters.NONE);
            NoisePredictor shared =
                    Batcher.of(Device.CPU).shared(direct, Priority.INTERACTIVE, () -> true);
            Tensor x = Tensor.zeros(1, 4, 8, 8);
            var told =
                    Conditioning.of(Tensor.zeros(1, 77, networks.config().unet().contextWidth()));
            double[][] micros = new double[2][CALLS];
            for (int call = 0; call < CALLS; call++) {
                micros[0][call] = micros(direct, x, told);
                micros[1][call] = micros(shared, x, told);
            }
            report("UNet call for one row, median of " + CALLS, median(micros[0]), "µs", "");
            report("  through the batcher", median(micros[1]), "µs", "");
        }
    }

    private static double micros(NoisePredictor network, Tensor x, Conditioning told) {
        long start = System.nanoTime();
        network.predict(x, new float[] {500}, told);
        return (System.nanoTime() - start) / 1e3;
    }
}
