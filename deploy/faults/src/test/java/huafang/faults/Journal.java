package huafang.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** All that was asked for, and answers that were not what was promised. */
final class Journal {
    private final Queue<Order> orders = new ConcurrentLinkedQueue<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Integer> refusals = new TreeMap<>();
    private final Queue<Postponed> postponed = new ConcurrentLinkedQueue<>();
    private int unanswered;

    /**
     * An order for which there was no room.
     *
     * @param told how long its customer was told to wait
     */
    record Postponed(Order order, Instant at, Duration told) {}

    void add(Order order) {
        orders.add(order);
    }

    void wrong(String sentence) {
        wrong.add(sentence);
    }

    synchronized void refused(int status) {
        refusals.merge(status, 1, Integer::sum);
    }

    void postponed(Postponed order) {
        postponed.add(order);
    }

    List<Postponed> postponed() {
        return List.copyOf(postponed);
    }

    synchronized void unanswered() {
        unanswered++;
    }

    List<Order> accepted() {
        return orders.stream().filter(Order::isAccepted).toList();
    }

    List<Order> orders() {
        return List.copyOf(orders);
    }

    List<String> wrong() {
        return List.copyOf(wrong);
    }

    synchronized String answers() {
        return "%d jobs accepted, %d of them cancelled, refusals %s, %d requests unanswered"
                .formatted(
                        accepted().size(),
                        accepted().stream().filter(o -> o.cancelledAt().get() != null).count(),
                        refusals,
                        unanswered);
    }
}
