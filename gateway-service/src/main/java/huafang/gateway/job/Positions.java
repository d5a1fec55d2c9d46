package huafang.gateway.job;

import huafang.contracts.broker.Topic;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How far the events have been read: the next offset of each partition of generation-events, and of
 * no other topic.
 */
@Singleton
class Positions {
    private final Map<Integer, Long> next = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();

    /** Whether they are this topic's. */
    static boolean areOf(String topic) {
        return topic.equals(Topic.GENERATION_EVENTS);
    }

    OptionalLong of(int partition) {
        lock.lock();
        try {
            Long offset = next.get(partition);
            return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the events are being read at all. */
    boolean areKnown() {
        lock.lock();
        try {
            return !next.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    void reach(int partition, long offset) {
        lock.lock();
        try {
            next.merge(partition, offset, Math::max);
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until everything before the ends has been read.
     *
     * @return whether that happened in time
     */
    boolean await(Map<Integer, Long> ends, Duration patience) throws InterruptedException {
        long nanos = patience.toNanos();
        lock.lock();
        try {
            while (!areAt(ends)) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = moved.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean areAt(Map<Integer, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> next.getOrDefault(end.getKey(), -1L) >= end.getValue());
    }
}
