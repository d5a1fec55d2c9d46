package huafang.worker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How a worker ends: first it takes no more images, then those in work are handed back, and at last
 * nothing is waited for.
 */
final class Closing {
    /** After the grace: time to publish what is handed back. */
    static final Duration FAREWELL = Duration.ofSeconds(10);

    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final CompletableFuture<Void> graceOver = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private volatile Long graceEnd;

    /** What comes after that is not said yet: the worker cannot go on. */
    void takeNoMore() {
        begun.complete(null);
    }

    void begin(Duration grace) {
        graceEnd = System.nanoTime() + grace.toNanos();
        begun.complete(null);
        graceOver.completeOnTimeout(null, grace.toMillis(), TimeUnit.MILLISECONDS);
        over.completeOnTimeout(null, grace.plus(FAREWELL).toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean hasBegun() {
        return begun.isDone();
    }

    boolean isGraceOver() {
        return graceOver.isDone();
    }

    /** Whether what takes that long by all appearances would be far from done after the grace. */
    boolean isTooLate(Duration work) {
        Long end = graceEnd;
        return end != null && work.dividedBy(2).toNanos() > end - System.nanoTime();
    }

    boolean isOver() {
        return over.isDone();
    }

    /** Waits until the work is done, well or badly, or the grace or the time is over. */
    void awaitWithinGrace(CompletableFuture<?> work, Duration time) {
        var end = CompletableFuture.anyOf(ended(work), graceOver);
        end.completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    /** Waits until the work is done, well or badly, or nothing more is waited for. */
    void await(CompletableFuture<?> work) {
        CompletableFuture.anyOf(ended(work), over).join();
    }

    /** Waits until the work is done, or the closing begins. */
    void awaitBeginning(CompletableFuture<?> work) {
        CompletableFuture.anyOf(ended(work), begun).join();
    }

    /** Waits that long, or until the closing begins. */
    void pause(Duration time) {
        sleep(begun, time);
    }

    /** Waits that long, or until nothing more is waited for. */
    void pauseThroughout(Duration time) {
        sleep(over, time);
    }

    private static void sleep(CompletableFuture<Void> end, Duration time) {
        try {
            end.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // That is the usual end of a pause.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CompletableFuture<Void> ended(CompletableFuture<?> work) {
        return work.handle((value, problem) -> null);
    }
}
