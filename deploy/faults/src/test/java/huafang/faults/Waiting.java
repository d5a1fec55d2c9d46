package huafang.faults;

import huafang.contracts.job.ImageKey;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.StepsDone;
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

/** How much work waited at each moment, as the events and steps tell: step-megapixels. */
final class Waiting {
    private final List<Change> changes = new ArrayList<>();
    private final Map<UUID, Instant> accepted = new HashMap<>();

    private record Change(UUID job, Instant at, double cost) {}

    /**
     * A step.
     *
     * @param at when it was told, a moment after it was done
     */
    record Step(StepsDone.Image image, Instant at) {}

    /** What is left of an image, as somebody tells. */
    private record Left(ImageKey image, Instant at, double cost) {}

    /**
     * @param orders that were accepted
     */
    Waiting(Collection<Told> events, Collection<Step> steps, Collection<Order> orders) {
        Map<UUID, Order> jobs = new HashMap<>();
        orders.forEach(order -> jobs.put(order.job().get(), order));
        List<Left> news = new ArrayList<>();
        for (Step step : steps) {
            StepsDone.Image image = step.image();
            Order order = jobs.get(image.jobId());
            if (order != null) {
                var key = new ImageKey(image.jobId(), image.index());
                news.add(new Left(key, step.at(), order.costOfImage(image.step())));
            }
        }
        for (Told told : events) {
            UUID job = told.event().jobId();
            if (!jobs.containsKey(job)) {
                continue;
            }
            switch (told.event()) {
                case JobEvent.Accepted e -> {
                    accepted.put(job, told.at());
                    changes.add(new Change(job, told.at(), jobs.get(job).cost()));
                }
                case JobEvent.Finished e -> news.add(end(job, e.index(), told));
                case JobEvent.Failed e -> news.add(end(job, e.index(), told));
                case JobEvent.Cancelled e -> news.add(end(job, e.index(), told));
                case JobEvent.Started e -> {}
                case JobEvent.Unknown e -> {}
            }
        }
        sink(news, jobs);
        changes.sort(Comparator.comparing(Change::at));
    }

    private static Left end(UUID job, int index, Told told) {
        return new Left(new ImageKey(job, index), told.at(), 0);
    }

    /** A step that is told after the image's end, or done again by another worker, adds nothing. */
    private void sink(List<Left> news, Map<UUID, Order> jobs) {
        Map<ImageKey, Double> left = new HashMap<>();
        news.sort(Comparator.comparing(Left::at));
        for (Left one : news) {
            UUID job = one.image().jobId();
            double before = left.getOrDefault(one.image(), jobs.get(job).costOfImage(0));
            if (one.cost() < before) {
                left.put(one.image(), one.cost());
                changes.add(new Change(job, one.at(), one.cost() - before));
            }
        }
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
