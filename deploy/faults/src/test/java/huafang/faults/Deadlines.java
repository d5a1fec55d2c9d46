package huafang.faults;

import huafang.contracts.job.JobEvent;
import huafang.contracts.job.JobEvent.Failed;
import huafang.contracts.job.JobEvent.Started;
import huafang.faults.Fleet.Jump;
import huafang.faults.Order.Try;
import huafang.faults.Timing.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Whether images expired when they should, and only then, by the true clock: up to what the
 * services' own were ahead.
 */
final class Deadlines {
    /** Until what was decided is told, by who may have been stopped or cut off meanwhile. */
    private static final Duration SLACK = Duration.ofSeconds(20);

    /** Where nothing is said. */
    private static final Duration USUAL = Duration.ofDays(6);

    private final Map<UUID, Order> jobs = new HashMap<>();
    private final Collection<Jump> jumps;

    Deadlines(Collection<Order> accepted, Collection<Jump> jumps) {
        accepted.forEach(order -> jobs.put(order.job().get(), order));
        this.jumps = jumps;
    }

    /** A sentence for each image that expired too early, or was begun too late. */
    List<String> judge(Collection<Told> events) {
        List<String> wrong = new ArrayList<>();
        for (Told told : events) {
            Order order = jobs.get(told.event().jobId());
            if (order != null) {
                judge(told, order).ifPresent(wrong::add);
            }
        }
        return wrong;
    }

    private Optional<String> judge(Told told, Order order) {
        JobEvent event = told.event();
        if (event instanceof Failed failed && failed.reason().contains("expired")) {
            String judge = failed.decided() ? "storage" : "worker";
            Duration early = Duration.between(told.at(), earliest(order, judge, told.at()));
            return early.isPositive()
                    ? sentence(event, "expired %.1f s too early", early)
                    : Optional.empty();
        }
        if (event instanceof Started && order.expiresAfter() != null) {
            Duration late = Duration.between(latest(order), told.at());
            return late.isPositive()
                    ? sentence(event, "begun %.1f s after it had expired", late)
                    : Optional.empty();
        }
        return Optional.empty();
    }

    private static Optional<String> sentence(JobEvent event, String what, Duration time) {
        return Optional.of(
                "job %s: an image was %s"
                        .formatted(
                                event.jobId(),
                                String.format(Locale.ROOT, what, time.toMillis() / 1e3)));
    }

    /** The true time before which nobody of this role may have held it for expired. */
    private Instant earliest(Order order, String role, Instant told) {
        Duration wait =
                order.expiresAfter() == null ? USUAL : Duration.ofSeconds(order.expiresAfter());
        return order.tries()
                .getFirst()
                .sent()
                .plus(wait)
                .minus(ahead(role, told.minus(SLACK), told));
    }

    /** The true time after which no worker may have begun it. */
    private Instant latest(Order order) {
        Try last = order.tries().getLast();
        return last.answered()
                .plusSeconds(order.expiresAfter())
                .plus(ahead("gateway", order.tries().getFirst().sent(), last.answered()))
                .plus(SLACK);
    }

    /** How far a clock was ahead at most. */
    private Duration ahead(String role, Instant from, Instant to) {
        return jumps.stream()
                .filter(jump -> jump.role().equals(role))
                .filter(jump -> jump.from().isBefore(to) && jump.to().isAfter(from))
                .map(Jump::ahead)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
