package huafang.faults;

import huafang.contracts.job.ImageKey;
import huafang.faults.Audit.Row;
import huafang.faults.Order.Try;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Jobs whose pictures are stored though their customer was told that they are not accepted, or was
 * told nothing, and asked again. Who cannot hear what the broker has taken cannot take it back, so
 * these are counted and named, and not wrong.
 */
final class Ghosts {
    private static final Duration SLACK = Duration.ofMillis(50);

    private final Set<UUID> refused = new TreeSet<>();
    private final Set<UUID> unanswered = new TreeSet<>();

    Ghosts(Journal journal, Map<ImageKey, List<Row>> stored) {
        Set<UUID> accepted = new HashSet<>();
        journal.accepted().forEach(order -> accepted.add(order.job().get()));
        stored.forEach((key, rows) -> {
            if (!accepted.contains(key.jobId())) {
                requested(key, rows.getFirst().seed(), journal.orders())
                        .ifPresent(one -> setOf(one).add(key.jobId()));
            }
        });
    }

    private Set<UUID> setOf(Try one) {
        return one.status() == Customer.UNANSWERED ? unanswered : refused;
    }

    /** The request that an image came of: by its seed, and the time in its job's id. */
    private static Optional<Try> requested(ImageKey key, long seed, Collection<Order> orders) {
        Instant made = Instant.ofEpochMilli(key.jobId().getMostSignificantBits() >>> 16);
        return orders.stream()
                .filter(order -> order.seed() + key.index() == seed)
                .flatMap(order -> order.tries().stream())
                .filter(one ->
                        !made.isBefore(one.sent().minus(SLACK))
                                && !made.isAfter(one.answered().plus(SLACK)))
                .findFirst();
    }

    /** Lines for a report. */
    List<String> lines() {
        return List.of(
                "refused but painted: " + named(refused),
                "unanswered but painted: " + named(unanswered));
    }

    private static String named(Set<UUID> jobs) {
        return jobs.isEmpty() ? "none" : "%d, jobs %s".formatted(jobs.size(), jobs);
    }
}
