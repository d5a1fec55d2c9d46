package huafang.engine.bench;

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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

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

    private BatchBench() {}

    /**
     * @param arguments checkpoint
     */
    public static void main(String... arguments) {
        Path checkpoint = Path.of(arguments[0]);
        hop(checkpoint);
        try (var model = StableDiffusion.load(checkpoint)) {
            // Nothing is gained there by several at once, so workers paint one.
            compare("CPU, " + checkpoint.getFileName(), i -> paint(model, i), 1);
        }
        var batcher = new Batcher(true, Optional::empty);
        compare("a model of a GPU", i -> paintOnModel(batcher, i), MOST_AT_ONCE);
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
     * Throughput by pictures at once, then latency under arrivals of the same load.
     *
     * @param usual how many at once a worker paints
     */
    private static void compare(String device, IntConsumer painter, int usual) {
        rate(painter, MOST_AT_ONCE); // limits are found, code is compiled
        double[][] rates = new double[AT_ONCE.length][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < rates.length; i++) {
                rates[i][round] = rate(painter, AT_ONCE[i]);
            }
        }
        double[] usually = Arrays.stream(rates).mapToDouble(BatchBench::median).toArray();
        System.out.printf(
                Locale.ROOT,
                "Batcher, %s, pictures of mixed steps, medians of %d: %.1f a second one at a time; times %.2f by 2 at once, %.2f by 4, %.2f by 8 (>= 1.0)%n",
                device,
                ROUNDS,
                usually[0],
                usually[1] / usually[0],
                usually[2] / usually[0],
                usually[3] / usually[0]);
        double[] arrivals = arrivals(LOAD * usually[Arrays.binarySearch(AT_ONCE, usual)]);
        double[] stepwises = new double[ROUNDS];
        double[] togethers = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            stepwises[round] = mean(Company.stepByStep(painter, arrivals, usual));
            togethers[round] =
                    mean(Company.startingAndEndingTogether(painter, arrivals, MOST_AT_ONCE));
        }
        double stepwise = median(stepwises);
        double together = median(togethers);
        System.out.printf(
                Locale.ROOT,
                "Batcher, %s, Poisson arrivals at %.0f %% load: %.0f ms from arrival to picture in the mean, median of %d, %d at once; batches that start and end together %.0f ms; ratio %.2f%n",
                device,
                100 * LOAD,
                1e3 * stepwise,
                ROUNDS,
                usual,
                1e3 * together,
                stepwise / together);
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
            System.out.printf(
                    Locale.ROOT,
                    "Batcher, CPU, a UNet call for one row, medians of %d: %.0f µs, through the batcher %.0f µs%n",
                    CALLS,
                    median(micros[0]),
                    median(micros[1]));
        }
    }

    private static double micros(NoisePredictor network, Tensor x, Conditioning told) {
        long start = System.nanoTime();
        network.predict(x, new float[] {500}, told);
        return (System.nanoTime() - start) / 1e3;
    }
}
