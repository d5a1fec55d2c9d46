package huafang.worker;

import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Lets through at most one call in each interval. */
final class Pace {
    private static final Duration BETWEEN_STEPS = Duration.ofMillis(250);

    /** In all, a worker tells of twenty steps a second. */
    private static final Duration BETWEEN_STEPS_OF_ALL = Duration.ofMillis(50);

    private final LongSupplier intervalNanos;
    private long next;
    private boolean started;

    Pace(Duration interval) {
        this(interval::toNanos);
    }

    private Pace(LongSupplier intervalNanos) {
        this.intervalNanos = intervalNanos;
    }

    /**
     * For the steps of one image: slower when there are many, for which the device is slower, too.
     *
     * @param inWork how many images there are
     */
    static Pace ofSteps(IntSupplier inWork) {
        return new Pace(() ->
                Math.max(
                        BETWEEN_STEPS.toNanos(),
                        inWork.getAsInt() * BETWEEN_STEPS_OF_ALL.toNanos()));
    }

    /** Whether enough time has passed since the last call that was let through. */
    boolean allows(long nanoTime) {
        if (started && nanoTime - next < 0) {
            return false;
        }
        started = true;
        next = nanoTime + intervalNanos.getAsLong();
        return true;
    }
}
