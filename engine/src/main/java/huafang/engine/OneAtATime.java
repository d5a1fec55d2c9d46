package huafang.engine;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Finds what takes long to make: what is known at once, and else one after the other, as each takes
 * memory or the device. Who waits gives signs of life.
 */
final class OneAtATime {
    private static final long BETWEEN_SIGNS_MILLIS = 250;

    private final ReentrantLock making = new ReentrantLock(true);

    /**
     * What is known, or else is made now, by this thread or the one that it has waited for.
     *
     * @param known asked on any thread, and answered at once
     * @param wanted asked while waiting, and answered at once
     * @throws CancellationException if that says no
     */
    <T> T find(Supplier<Optional<T>> known, Supplier<T> made, BooleanSupplier wanted) {
        Optional<T> found = known.get();
        if (found.isPresent()) {
            return found.get();
        }
        await(wanted);
        try {
            return known.get().orElseGet(made);
        } finally {
            making.unlock();
        }
    }

    private void await(BooleanSupplier wanted) {
        try {
            while (!making.tryLock(BETWEEN_SIGNS_MILLIS, TimeUnit.MILLISECONDS)) {
                if (!wanted.getAsBoolean()) {
                    throw new CancellationException("the picture is not wanted any more");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for others");
        }
    }
}
