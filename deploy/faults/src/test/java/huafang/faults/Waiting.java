package huafang.faults;

import huafang.contracts.job.ImageKey;
import huafang.contracts.job.JobEvent;
import huafang.faults.Timing.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** How much work waited at each moment, as the events tell: step-megapixels. */
final class Waiting {
    private final List<Change> changes = new ArrayList<>();
    private final Map<UUID, Instant> accepted = new HashMap<>();

    private record Change(UUID job, Instant at, double cost) {}

    /**
     * @param orders that were accepted
     */
    Waiting(Collection<Told> events, Collection<Order> orders) {
        Map<UUID, Order> jobs = new HashMap<>();
        orders.forEach(order -> jobs.put(order.job().get(), order));
        Map<ImageKey, Double> left = new HashMap<>();
        for (Told told : events.stream().sorted(Comparator.comparing(Told::at)).toList()) {
            Order order = jobs.get(told.event().jobId());
            if (order == null) {
                continue;
            }
            switch (told.event()) {
                case JobEvent.Accepted e -> {
                    accepted.put(e.jobId(), told.at());
                    changes.add(new Change(e.jobId(), told.at(), order.cost()));
                }
                case JobEvent.Progressed e ->
                        sink(told, e.index(), order.costOfImage(e.step()), order, left);
                case JobEvent.Finished e -> sink(told, e.index(), 0, order, left);
                case JobEvent.Failed e -> sink(told, e.index(), 0, order, left);
                case JobEvent.Cancelled e -> sink(told, e.index(), 0, order, left);
                case JobEvent.Started e -> {}
                case JobEvent.Unknown e -> {}
            }
        }
    }

    private void sink(Told told, int index, double cost, Order order, Map<ImageKey, Double> left) {
        UUID job = told.event().jobId();
        double before = left.getOrDefault(new ImageKey(job, index), order.costOfImage(0));
        left.put(new ImageKey(job, index), cost);
        changes.add(new Change(job, told.at(), cost - before));
    }

    /** The most that ever waited. */
    double most() {
        double now = 0;
        double most = 0;
        for (Change change : changes) {
            now += change.cost();
            most = Math.max(most, now);
        }
        return most;
    }

    /**
     * How long it took until there was room for a job, not counting what was accepted after it had
     * come.
     */
    Optional<Duration> untilRoom(Instant came, double cost, double bound) {
        double now = cost;
        for (Change change : changes) {
            if (accepted.getOrDefault(change.job(), Instant.MAX).isAfter(came)) {
                continue;
            }
            now += change.cost();
            if (change.at().isAfter(came) && now <= bound) {
                return Optional.of(Duration.between(came, change.at()));
            }
        }
        return Optional.empty();
    }
}
