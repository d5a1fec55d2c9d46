package huafang.faults;

import huafang.contracts.job.ImageKey;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.JobEvent.Cancelled;
import huafang.contracts.job.JobEvent.Failed;
import huafang.contracts.job.JobEvent.Finished;
import huafang.contracts.job.JobEvent.Started;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** How long things took, as the events tell. */
final class Timing {
    /** Of an image with three deaths: what a worker has told last may have died with it. */
    private static final int LEAST_STARTS = 2;

    private final Map<ImageKey, List<Start>> starts = new HashMap<>();
    private final Map<ImageKey, Instant> ends = new HashMap<>();

    /** When workers said that an image takes none of their slots any more. */
    private final Map<ImageKey, List<Instant>> freed = new HashMap<>();

    private final List<String> failures = new ArrayList<>();
    private final Set<ImageKey> givenUp = new HashSet<>();
    private final Collection<Told> events;

    /**
     * A worker that ended.
     *
     * @param at when its images could be another's
     */
    record Death(String worker, Instant at) {}

    /**
     * An event.
     *
     * @param at when it was sent, by a clock that does not jump
     */
    record Told(JobEvent event, Instant at) {}

    /** A worker has begun an image. */
    record Start(String worker, int attempt, Instant at) {}

    Timing(Collection<Told> events) {
        this.events = events;
        for (Told told : events) {
            switch (told.event()) {
                case Started e ->
                        starts.computeIfAbsent(key(e.jobId(), e.index()), k -> new ArrayList<>())
                                .add(new Start(e.worker(), e.attempt(), told.at()));
                case Finished e -> free(key(e.jobId(), e.index()), told.at());
                case Failed e -> {
                    if (e.decided()) {
                        end(key(e.jobId(), e.index()), told.at());
                    } else {
                        free(key(e.jobId(), e.index()), told.at());
                    }
                    failures.add(e.reason());
                    if (e.reason().contains("died")) {
                        givenUp.add(key(e.jobId(), e.index()));
                    }
                }
                case Cancelled e when e.decided() -> end(key(e.jobId(), e.index()), told.at());
                case Cancelled e -> free(key(e.jobId(), e.index()), told.at());
                case JobEvent.Accepted e -> {}
                case JobEvent.Unknown e -> {}
            }
        }
        starts.values().forEach(all -> all.sort(Comparator.comparing(Start::at)));
    }

    private static ImageKey key(UUID job, int index) {
        return new ImageKey(job, index);
    }

    private void end(ImageKey key, Instant at) {
        ends.merge(key, at, (a, b) -> a.isBefore(b) ? a : b);
    }

    private void free(ImageKey key, Instant at) {
        end(key, at);
        freed.computeIfAbsent(key, k -> new ArrayList<>()).add(at);
    }

    /** How often an image was begun, on average. */
    double runsPerImage() {
        return starts.values().stream().mapToInt(List::size).average().orElse(0);
    }

    Collection<Told> events() {
        return events;
    }

    /** Of each image, in their order. */
    Map<ImageKey, List<Start>> starts() {
        return starts;
    }

    /** Whether an image was said to have ended before that. */
    boolean hasEnded(ImageKey key, Instant at) {
        return ends.containsKey(key) && ends.get(key).isBefore(at);
    }

    /** Images that were begun more than once. */
    Set<ImageKey> repeated() {
        return starts.entrySet().stream()
                .filter(image -> image.getValue().size() > 1)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Why images failed. */
    List<String> failures() {
        return failures;
    }

    /** A sentence for each image that three workers are said to have died over, and none begun. */
    List<String> blamedForNothing() {
        return givenUp.stream()
                .filter(key -> starts.getOrDefault(key, List.of()).size() < LEAST_STARTS)
                .map(key -> "image %s: given up, and was not begun".formatted(key))
                .toList();
    }

    /** From then until the next image was begun: seconds. */
    Optional<Double> nextStart(Instant from) {
        return starts.values().stream()
                .flatMap(List::stream)
                .map(Start::at)
                .filter(at -> at.isAfter(from))
                .min(Comparator.naturalOrder())
                .map(at -> seconds(from, at));
    }

    /**
     * What became of the images of workers that were stopped.
     *
     * @param elsewhere from the stop until others began them: seconds
     * @param held from the stop until the same worker was done with them: seconds
     */
    record Stopped(List<Double> elsewhere, List<Double> held) {}

    /**
     * @param stops by worker
     */
    Stopped stopped(Map<String, List<Member.Stop>> stops) {
        var stopped = new Stopped(new ArrayList<>(), new ArrayList<>());
        stops.forEach((worker, all) ->
                all.forEach(
                        stop -> starts.keySet().forEach(key -> add(stopped, worker, stop, key))));
        return stopped;
    }

    private void add(Stopped stopped, String worker, Member.Stop stop, ImageKey key) {
        Optional<Start> last = lastStart(key, stop.from());
        if (last.filter(start -> start.worker().equals(worker)).isEmpty()) {
            return;
        }
        Optional<Instant> free = freed(key, last.get().at());
        Optional<Start> next =
                starts.get(key).stream().filter(s -> s.at().isAfter(stop.from())).findFirst();
        if (free.isPresent() && !free.get().isAfter(stop.from())) {
            return;
        }
        if (next.isPresent() && (free.isEmpty() || next.get().at().isBefore(free.get()))) {
            stopped.elsewhere().add(seconds(stop.from(), next.get().at()));
        } else {
            free.ifPresent(at -> stopped.held().add(seconds(stop.from(), at)));
        }
    }

    private Optional<Start> lastStart(ImageKey key, Instant before) {
        return starts.getOrDefault(key, List.of()).stream()
                .filter(start -> start.at().isBefore(before))
                .reduce((a, b) -> b);
    }

    /** When a worker was done with what it had begun then. */
    Optional<Instant> freed(ImageKey key, Instant begun) {
        return freed.getOrDefault(key, List.of()).stream()
                .filter(at -> at.isAfter(begun))
                .min(Comparator.naturalOrder());
    }

    /**
     * From the wish, which a gateway took, until the worker that had an image in work was free for
     * another: seconds. One that had ended by then, or was begun anew, tells nothing about that.
     */
    List<Double> slotsFreed(Collection<Order> orders) {
        List<Double> seconds = new ArrayList<>();
        for (Order order : orders) {
            Instant asked = order.cancelledAt().get();
            for (int index = 0; order.isCancelTaken().get() && index < order.images(); index++) {
                slotFreed(new ImageKey(order.job().get(), index), asked).ifPresent(seconds::add);
            }
        }
        return seconds;
    }

    private Optional<Double> slotFreed(ImageKey key, Instant asked) {
        return lastStart(key, asked)
                .flatMap(start -> freed(key, start.at()))
                .filter(free -> free.isAfter(asked))
                .filter(free -> lastStart(key, free).get().at().isBefore(asked))
                .map(free -> seconds(asked, free));
    }

    /**
     * From the wish, which a gateway took, until each image was said to have ended, by whoever said
     * so first: seconds.
     */
    List<Double> cancellations(Collection<Order> orders) {
        List<Double> seconds = new ArrayList<>();
        for (Order order : orders) {
            Instant asked = order.cancelledAt().get();
            for (int index = 0; order.isCancelTaken().get() && index < order.images(); index++) {
                Instant end = ends.get(new ImageKey(order.job().get(), index));
                if (end != null && end.isAfter(asked)) {
                    seconds.add(seconds(asked, end));
                }
            }
        }
        return seconds;
    }

    static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    /** A line for a report. */
    static String line(String what, List<Double> seconds) {
        var sorted = seconds.stream().sorted().toList();
        return sorted.isEmpty()
                ? what + ": none"
                : String.format(
                        Locale.ROOT,
                        "%s: %d, median %.2f s, 99 %% %.2f s, longest %.2f s",
                        what,
                        sorted.size(),
                        sorted.get(sorted.size() / 2),
                        quantile(sorted, 0.99),
                        sorted.getLast());
    }

    /** What this part of them is not above. */
    static double quantile(List<Double> seconds, double part) {
        return seconds.stream()
                .sorted()
                .skip((long) Math.ceil(part * seconds.size()) - 1)
                .findFirst()
                .orElseThrow();
    }
}
