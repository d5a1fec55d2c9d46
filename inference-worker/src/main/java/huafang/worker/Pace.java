package huafang.worker;

import java.time.Duration;

/** Lets through at most one call in each interval. */
final class Pace {
    private final long intervalNanos;
    private long next;
    private boolean started;

    Pace(Duration interval) {
        intervalNanos = interval.toNanos();
    }

    /** Whether enough time has passed since the last call that was let through. */
    boolean allows(long nanoTime) {
        if (started && nanoTime - next < 0) {
            return false;
        }
        started = true;
        next = nanoTime + intervalNanos;
        return true;
    }
}
