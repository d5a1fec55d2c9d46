package huafang.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * Which images a worker paints at once: many together, or one alone. Who came first enters first,
 * so that neither waits for ever.
 */
final class Company {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final Deque<Object> waiting = new ArrayDeque<>();
    private int inside;
    private boolean isAlone;

    /** Enters if nobody need be waited for. */
    synchronized boolean enterAtOnce(boolean alone) {
        return waiting.isEmpty() && enterIfFree(alone);
    }

    /**
     * Waits for its turn.
     *
     * @param wanted whether to go on waiting
     * @return whether it has entered
     */
    synchronized boolean enter(boolean alone, BooleanSupplier wanted) {
        var self = new Object();
        waiting.add(self);
        try {
            while (wanted.getAsBoolean()) {
                if (waiting.peek() == self && enterIfFree(alone)) {
                    return true;
                }
                wait(BETWEEN_LOOKS.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            waiting.remove(self);
            notifyAll();
        }
        return false;
    }

    private boolean enterIfFree(boolean alone) {
        if (isAlone || alone && inside > 0) {
            return false;
        }
        isAlone = alone;
        inside++;
        return true;
    }

    synchronized void leave() {
        inside--;
        isAlone = false;
        notifyAll();
    }
}
