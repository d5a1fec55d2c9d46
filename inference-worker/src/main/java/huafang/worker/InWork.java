package huafang.worker;

import huafang.worker.Painter.Painting;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future.State;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** An image that is being painted, on a virtual thread of its own, and how long it takes. */
final class InWork {
    /** A cancelled image ends soon, also where it does not ask, as while a model is loaded. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

    private final CompletableFuture<Painting> painting = new CompletableFuture<>();
    private final long longest;
    private final long longestStep;
    private final long start = System.nanoTime();
    private volatile long lastStep = start;
    private volatile boolean isTooLong;
    private volatile boolean hangs;
    private volatile boolean isTooLate;
    private volatile Steps steps;

    /** From one step to a later one, of so many. */
    private record Steps(int first, long firstAt, int last, long lastAt, int of) {
        /** How long the rest takes if it goes on like that; nothing where that is not known. */
        Duration left(long now) {
            long each = last == first ? 0 : (lastAt - firstAt) / (last - first);
            return Duration.ofNanos(Math.max(0, each * (of - last) - (now - lastAt)));
        }
    }

    InWork(Duration longest, Duration longestStep) {
        this.longest = longest.toNanos();
        this.longestStep = longestStep.toNanos();
    }

    void start(String name, Supplier<Painting> work) {
        Thread.ofVirtual()
                .name(name)
                .start(() -> {
                    try {
                        painting.complete(work.get());
                    } catch (Throwable e) {
                        painting.completeExceptionally(e);
                    }
                });
    }

    /** It lives: a step is done, or one of another image that it waits for. */
    void step() {
        lastStep = System.nanoTime();
    }

    /** So many of its own steps are done. */
    void step(int done, int of) {
        long now = System.nanoTime();
        Steps before = steps;
        boolean goesOn = before != null && before.of() == of && before.last() <= done;
        steps =
                goesOn
                        ? new Steps(before.first(), before.firstAt(), done, now, of)
                        : new Steps(done, now, done, now, of);
    }

    /**
     * Waits until it is done, well or badly, or hangs, or has taken too long, or is to end: at the
     * end of the grace, or before if its steps tell that it will not be done by then.
     */
    void await(Closing closing, BooleanSupplier cancelled) {
        while (!painting.isDone()
                && !closing.isGraceOver()
                && !cancelled.getAsBoolean()
                && !hangs
                && !isTooLate
                && !isTooLong) {
            long now = System.nanoTime();
            Steps known = steps;
            isTooLate = known != null && closing.isTooLate(known.left(now));
            hangs = now - lastStep >= longestStep;
            isTooLong = now - start >= longest;
            long left = Math.min(start + longest, lastStep + longestStep) - now;
            left = Math.min(left, BETWEEN_LOOKS.toNanos());
            closing.awaitWithinGrace(painting, Duration.ofNanos(Math.max(left, 0)));
        }
    }

    boolean isPainted() {
        return painting.state() == State.SUCCESS;
    }

    /** What was painted. */
    Painting painting() {
        return painting.resultNow();
    }

    /** Why nothing was. */
    Throwable problem() {
        return painting.exceptionNow();
    }

    /** Whether it has taken longer than any image may. */
    boolean isTooLong() {
        return isTooLong;
    }

    /** Whether its worker ends long before it would. */
    boolean isTooLate() {
        return isTooLate;
    }

    /** Whether a step has taken longer than any may. */
    boolean hangs() {
        return hangs;
    }
}
