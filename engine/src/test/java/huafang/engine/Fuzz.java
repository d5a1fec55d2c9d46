package huafang.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Gives something input made by chance, again and again: a fixed number of times in every build,
 * for minutes with {@code make fuzz SEED=… MINUTES=…}. The seed and the number of a case make it
 * again.
 */
public final class Fuzz<T> {
    private static final long SEED = Long.getLong("huafang.fuzz.seed", 2026);
    private static final double MINUTES =
            Double.parseDouble(System.getProperty("huafang.fuzz.minutes", "0"));
    private static final long MOST_BYTES = 256L << 20;
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final int count;
    private final Maker<T> maker;
    private final Target<T> target;
    private volatile int number;
    private volatile long begun;
    private volatile Throwable failure;
    private long mostBytes;
    private int done;

    private Fuzz(int count, Maker<T> maker, Target<T> target) {
        this.count = count;
        this.maker = maker;
        this.target = target;
    }

    /** Makes the input of a case. */
    public interface Maker<T> {
        T make(SplittableRandom random) throws Exception;
    }

    /** What is tried; whatever it throws is a failure. */
    public interface Target<T> {
        void accept(T input) throws Exception;
    }

    /**
     * Tries it so many times, or for the minutes asked for. Fails if a case throws, allocates more
     * than 256 MiB or takes more than 20 s.
     */
    public static <T> void run(int count, Maker<T> maker, Target<T> target)
            throws InterruptedException {
        new Fuzz<>(count, maker, target).run();
    }

    private void run() throws InterruptedException {
        Thread thread = Thread.ofPlatform().daemon().name("fuzz").unstarted(this::cases);
        begun = System.nanoTime();
        thread.start();
        while (!thread.join(Duration.ofMillis(100))) {
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as(
                            "seed %d, case %d, at %s",
                            SEED, number, Arrays.toString(thread.getStackTrace()))
                    .isLessThan(LONGEST);
        }
        if (failure != null) {
            throw new AssertionError(
                    "seed %d, case %d: %s".formatted(SEED, number, failure), failure);
        }
        System.err.printf(
                "Fuzzing: %,d cases with seed %d, the hungriest took %.1f MB%n",
                done, SEED, mostBytes / 1e6);
    }

    private void cases() {
        long end = System.nanoTime() + (long) (MINUTES * 60e9);
        try {
            for (int i = 0; MINUTES > 0 ? System.nanoTime() < end : i < count; i++) {
                number = i;
                T input = maker.make(new SplittableRandom(SEED * 1_000_003 + i));
                begun = System.nanoTime();
                long before = THREADS.getCurrentThreadAllocatedBytes();
                target.accept(input);
                long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
                mostBytes = Math.max(mostBytes, bytes);
                done++;
                assertThat(bytes).as("bytes allocated").isLessThan(MOST_BYTES);
            }
        } catch (Throwable thrown) {
            failure = thrown;
        }
    }

    /** The bytes with one to eight of their places changed. */
    public static byte[] changed(byte[] bytes, SplittableRandom random) {
        byte[] result = bytes;
        for (int i = random.nextInt(1, 9); i > 0; i--) {
            int at = random.nextInt(result.length + 1);
            int length = Math.min(result.length - at, random.nextInt(1, random.nextInt(2, 40)));
            result =
                    switch (random.nextInt(7)) {
                        case 0 -> spliced(result, at, length, new byte[0]);
                        case 1 -> spliced(result, at, 0, part(result, random));
                        case 2 -> spliced(result, at, length, part(result, random));
                        case 3 -> Arrays.copyOf(result, at);
                        default -> flipped(result, at, random);
                    };
        }
        return result;
    }

    /** The bytes with others in place of some. */
    public static byte[] spliced(byte[] bytes, int at, int length, byte[] others) {
        byte[] result = Arrays.copyOf(bytes, bytes.length - length + others.length);
        System.arraycopy(others, 0, result, at, others.length);
        System.arraycopy(
                bytes, at + length, result, at + others.length, bytes.length - at - length);
        return result;
    }

    private static byte[] part(byte[] bytes, SplittableRandom random) {
        int from = random.nextInt(bytes.length + 1);
        return Arrays.copyOfRange(
                bytes, from, Math.min(bytes.length, from + random.nextInt(1, 200)));
    }

    private static byte[] flipped(byte[] bytes, int at, SplittableRandom random) {
        if (at == bytes.length) {
            return bytes;
        }
        byte[] result = bytes.clone();
        result[at] =
                random.nextBoolean()
                        ? (byte) random.nextInt()
                        : (byte) (result[at] ^ 1 << random.nextInt(8));
        return result;
    }

    /** One of these. */
    @SafeVarargs
    public static <T> T one(SplittableRandom random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
