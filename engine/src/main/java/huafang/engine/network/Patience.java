package huafang.engine.network;

import java.util.Collection;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What is done where a device's memory runs out: who needs it waits until others have ended what
 * they do there, and until those who keep memory that nobody uses have given it back, and tries
 * again some times. Who is alone and finds nothing to be given back fails at once.
 */
public final class Patience {
    private static final int MOST_TRIES = 5;

    private final Collection<BooleanSupplier> keepers = new CopyOnWriteArrayList<>();
    private final long longestWaitNanos;
    private int inWork;
    private long ended;

    /**
     * @param longestWaitMillis for others between two tries
     */
    Patience(long longestWaitMillis) {
        this.longestWaitNanos = TimeUnit.MILLISECONDS.toNanos(longestWaitMillis);
    }

    /** Somebody who is asked, until closed. */
    public interface Keeper extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Asks somebody for memory, from now on, where it runs out.
     *
     * @param keeper gives back what nobody uses, on any thread, and says whether that was anything
     */
    public Keeper add(BooleanSupplier keeper) {
        keepers.add(keeper);
        return () -> keepers.remove(keeper);
    }

    /** Does what needs memory, again where it ran out. */
    <T> T call(Supplier<T> work) {
        for (int tries = 1; ; tries++) {
            try {
                return counted(work);
            } catch (RuntimeException | OutOfMemoryError problem) {
                if (tries == MOST_TRIES || !Shortage.isReasonOf(problem) || !isThereHope()) {
                    throw problem;
                }
            }
        }
    }

    /** Does what needs memory once, while others may wait for it. */
    <T> T counted(Supplier<T> work) {
        synchronized (this) {
            inWork++;
        }
        try {
            return work.get();
        } finally {
            synchronized (this) {
                inWork--;
                ended++;
                notifyAll();
            }
        }
    }

    private boolean isThereHope() {
        boolean freed = false;
        for (BooleanSupplier keeper : keepers) {
            freed |= keeper.getAsBoolean();
        }
        return freed || hasSomebodyEnded();
    }

    private synchronized boolean hasSomebodyEnded() {
        if (inWork == 0) {
            return false;
        }
        long before = ended;
        long end = System.nanoTime() + longestWaitNanos;
        try {
            for (long left = longestWaitNanos; ended == before && left > 0; ) {
                wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
                left = end - System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return true;
    }
}
