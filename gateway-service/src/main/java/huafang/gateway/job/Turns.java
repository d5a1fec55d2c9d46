package huafang.gateway.job;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** Lets those who mean the same go one after the other. */
final class Turns {
    private final ConcurrentMap<String, CompletableFuture<Void>> inTurn = new ConcurrentHashMap<>();

    /** Does the work once nobody else is at work under that name. */
    <T> T take(String name, Supplier<T> work) {
        var turn = new CompletableFuture<Void>();
        for (var other = inTurn.putIfAbsent(name, turn);
                other != null;
                other = inTurn.putIfAbsent(name, turn)) {
            other.join();
        }
        try {
            return work.get();
        } finally {
            inTurn.remove(name);
            turn.complete(null);
        }
    }
}
