package huafang.engine.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Two ways to paint pictures that arrive one after the other, a few at once. */
final class Company {
    private final IntConsumer painter;
    private final double[] arrivals;
    private final double[] latencies;
    private final long start = System.nanoTime();

    private Company(IntConsumer painter, double[] arrivals) {
        this.painter = painter;
        this.arrivals = arrivals;
        this.latencies = new double[arrivals.length];
    }

    /**
     * Each begins when it arrives, if fewer than so many are in work, and ends when it is done.
     *
     * @param painter paints the picture of a number
     * @param arrivals in seconds, ascending
     * @return seconds from arrival to picture
     */
    static double[] stepByStep(IntConsumer painter, double[] arrivals, int atOnce) {
        var company = new Company(painter, arrivals);
        var slots = new Semaphore(atOnce, true);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < arrivals.length; i++) {
                int picture = i;
                company.sleepUntil(arrivals[i]);
                threads.submit(() -> {
                    slots.acquireUninterruptibly();
                    painter.accept(picture);
                    slots.release();
                    company.ended(picture);
                });
            }
        }
        return company.latencies;
    }

    /** Those that have arrived begin together, and others when the last of them is done. */
    static double[] startingAndEndingTogether(IntConsumer painter, double[] arrivals, int atOnce) {
        var company = new Company(painter, arrivals);
        int next = 0;
        while (next < arrivals.length) {
            company.sleepUntil(arrivals[next]);
            next = company.batch(next, atOnce);
        }
        return company.latencies;
    }

    /** Returns the first that it did not paint. */
    private int batch(int first, int atOnce) {
        List<Integer> pictures = new ArrayList<>();
        for (int i = first; i < arrivals.length && i - first < atOnce; i++) {
            if (arrivals[i] <= now()) {
                pictures.add(i);
            }
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            pictures.forEach(picture -> threads.submit(() -> painter.accept(picture)));
        }
        pictures.forEach(this::ended);
        return first + pictures.size();
    }

    private double now() {
        return (System.nanoTime() - start) / 1e9;
    }

    private void sleepUntil(double seconds) {
        while (now() < seconds) {
            try {
                TimeUnit.NANOSECONDS.sleep((long) (1e9 * (seconds - now())) + 1);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void ended(int picture) {
        latencies[picture] = now() - arrivals[picture];
    }
}
