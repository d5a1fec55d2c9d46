package huafang.worker;

import huafang.engine.network.Shortage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;

/**
 * Models that stay in memory while there is room: images borrow them, of which several may be in
 * work at once, and one is loaded at a time, while others go on. Who has been idle longest makes
 * room. Where everything is in use, the first who needs room waits until enough of it is given
 * back; for a while newcomers whose models are there may go before it, and then wait behind it.
 *
 * @param <K> what a model is loaded from
 * @param <M> a loaded one
 */
final class Residents<K, M> {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Source<K, M> source;
    private final long mostBytes;
    private final Duration patience;
    private final Map<K, Resident<M>> residents = new LinkedHashMap<>(16, 0.75f, true);
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean isLoading;
    private Set<K> loadingFor = Set.of();

    /** Where models come from. */
    interface Source<K, M> {
        /** Takes long, and may fail. */
        M load(K key);

        /** What it takes when it is loaded, about. */
        long bytes(K key);

        void close(M model);
    }

    /** Those that an image has borrowed. */
    interface Lent<K, M> extends AutoCloseable {
        M get(K key);

        @Override
        void close();
    }

    private static final class Resident<M> {
        private final M model;
        private final long bytes;
        private int users;

        private Resident(M model, long bytes) {
            this.model = model;
            this.bytes = bytes;
        }
    }

    /** One that waits, and since when for room alone. */
    private static final class Waiting {
        private Long forRoomSince;
    }

    /**
     * @param mostBytes of all models together, which those of one image alone may exceed
     * @param patience of who needs room with those who need none
     */
    Residents(Source<K, M> source, long mostBytes, Duration patience) {
        this.source = source;
        this.mostBytes = mostBytes;
        this.patience = patience;
    }

    /**
     * Lends models, all at once so that nobody holds one while waiting for another; loads those
     * that are not there.
     *
     * @param wanted asked while waiting
     * @throws CancellationException if that says no
     */
    Lent<K, M> lend(Set<K> keys, BooleanSupplier wanted) {
        var self = new Waiting();
        synchronized (this) {
            waiting.add(self);
            try {
                while (!mayPass(self, keys)) {
                    if (!wanted.getAsBoolean()) {
                        throw new CancellationException("the image is not wanted any more");
                    }
                    wait(BETWEEN_LOOKS.toMillis());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted while waiting for a model");
            } finally {
                waiting.remove(self);
                notifyAll();
            }
            if (residents.keySet().containsAll(keys)) {
                return use(keys);
            }
            makeRoom(keys);
            isLoading = true;
            loadingFor = keys;
        }
        try {
            for (K key : keys) {
                load(key, keys, wanted);
            }
            return use(keys);
        } finally {
            synchronized (this) {
                isLoading = false;
                loadingFor = Set.of();
                notifyAll();
            }
        }
    }

    /**
     * Unless it is there. On a platform thread, which it keeps busy for seconds. Where memory runs
     * out, idle ones make room, and then those that are given back.
     *
     * @param keys that are needed together
     */
    private void load(K key, Set<K> keys, BooleanSupplier wanted) {
        synchronized (this) {
            if (residents.containsKey(key)) {
                return;
            }
        }
        while (true) {
            try {
                M model = loaded(key);
                synchronized (this) {
                    residents.put(key, new Resident<>(model, source.bytes(key)));
                }
                return;
            } catch (RuntimeException | Error problem) {
                if (!Shortage.isReasonOf(problem) || !isMoreRoom(keys, wanted)) {
                    throw problem;
                }
            }
        }
    }

    private M loaded(K key) {
        var loading = new FutureTask<>(() -> source.load(key));
        Thread.ofPlatform().name("load").daemon().start(loading);
        try {
            return loading.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException problem -> throw problem;
                case Error problem -> throw problem;
                default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while loading a model");
        }
    }

    /** At once or after a while; no if nobody has anything to give back. */
    private synchronized boolean isMoreRoom(Set<K> keys, BooleanSupplier wanted) {
        try {
            for (long before = inUse(); !closeIdle(keys); ) {
                if (before == 0 || inUse() < before) {
                    return before > 0;
                }
                if (!wanted.getAsBoolean()) {
                    throw new CancellationException("the image is not wanted any more");
                }
                wait(BETWEEN_LOOKS.toMillis());
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a model");
        }
    }

    private long inUse() {
        return residents.values().stream().filter(each -> each.users > 0).count();
    }

    /** Closes models that nobody uses, because memory is needed; whether there were any. */
    synchronized boolean closeIdle() {
        return closeIdle(loadingFor);
    }

    private boolean closeIdle(Set<K> butThese) {
        boolean found = false;
        var each = residents.entrySet().iterator();
        while (each.hasNext()) {
            var resident = each.next();
            if (resident.getValue().users == 0 && !butThese.contains(resident.getKey())) {
                each.remove();
                source.close(resident.getValue().model);
                found = true;
            }
        }
        return found;
    }

    private synchronized Lent<K, M> use(Set<K> keys) {
        Map<K, Resident<M>> used = new HashMap<>();
        for (K key : keys) {
            Resident<M> resident = residents.get(key); // now the last used
            resident.users++;
            used.put(key, resident);
        }
        return new Lent<>() {
            @Override
            public M get(K key) {
                return used.get(key).model;
            }

            @Override
            public void close() {
                giveBack(used.values());
            }
        };
    }

    private synchronized void giveBack(Collection<Resident<M>> used) {
        used.forEach(resident -> resident.users--);
        notifyAll();
    }

    /** Closes those that nobody uses. */
    synchronized void close() {
        closeIdle(Set.of());
    }

    private boolean mayPass(Waiting self, Set<K> keys) {
        Waiting first = waiting.getFirst();
        if (residents.keySet().containsAll(keys)) {
            return self == first
                    || first.forRoomSince == null
                    || System.nanoTime() - first.forRoomSince < patience.toNanos();
        }
        if (self != first || isLoading) {
            return false;
        }
        if (fits(keys)) {
            return true;
        }
        if (self.forRoomSince == null) {
            self.forRoomSince = System.nanoTime();
        }
        return false;
    }

    /** Beside those in use, or when there are none. */
    private boolean fits(Set<K> keys) {
        long inUse = 0;
        long resident = 0;
        for (var each : residents.entrySet()) {
            inUse += each.getValue().users > 0 ? each.getValue().bytes : 0;
            boolean isIdleAndWanted = each.getValue().users == 0 && keys.contains(each.getKey());
            resident += isIdleAndWanted ? each.getValue().bytes : 0;
        }
        return inUse == 0 || inUse + resident + missingBytes(keys) <= mostBytes;
    }

    private long missingBytes(Set<K> keys) {
        return keys.stream()
                .filter(key -> !residents.containsKey(key))
                .mapToLong(source::bytes)
                .sum();
    }

    private void makeRoom(Set<K> keys) {
        long bytes = missingBytes(keys);
        for (Resident<M> each : residents.values()) {
            bytes += each.bytes;
        }
        var eldest = residents.entrySet().iterator();
        while (bytes > mostBytes && eldest.hasNext()) {
            var each = eldest.next();
            if (each.getValue().users == 0 && !keys.contains(each.getKey())) {
                bytes -= each.getValue().bytes;
                eldest.remove();
                source.close(each.getValue().model);
            }
        }
    }
}
