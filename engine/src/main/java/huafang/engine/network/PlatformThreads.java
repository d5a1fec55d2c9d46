package huafang.engine.network;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * What calls the runtime for virtual threads. A virtual thread holds the thread that carries it for
 * as long as it is in native code: two decoders on a machine of two processors would stop all
 * others, whatever they do.
 */
final class PlatformThreads {
    private static final ExecutorService LENT =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().name("runtime-", 0).daemon().factory());

    private PlatformThreads() {}

    /** Calls on a platform thread: this one, if it is one. */
    static <T> T call(Supplier<T> work) {
        if (!Thread.currentThread().isVirtual()) {
            return work.get();
        }
        try {
            return CompletableFuture.supplyAsync(work, LENT).join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException problem -> throw problem;
                case Error problem -> throw problem;
                default -> throw e;
            }
        }
    }
}
