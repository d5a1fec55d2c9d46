package huafang.faults;

import huafang.contracts.job.ImageKey;
import huafang.contracts.job.JobEvent.Failed;
import huafang.contracts.job.JobEvent.Started;
import huafang.faults.Order.Ending;
import huafang.faults.Timing.Death;
import huafang.faults.Timing.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Whether workers died over the images that are said to have cost their lives. */
final class Blame {
    private static final Pattern DEATHS = Pattern.compile("^(\\d+) workers died over");

    /** What the harness sees late: a process that has ended. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    private final Collection<Told> events;
    private final Collection<Death> deaths;

    private record Start(int attempt, String worker, Instant at) {}

    /**
     * @param deaths of all workers that ended without having been told to
     */
    Blame(Collection<Told> events, Collection<Death> deaths) {
        this.events = events;
        this.deaths = deaths;
    }

    /** A sentence for each image that failed for deaths, where there were none. */
    static List<String> whereNoWorkerDied(Timing timing) {
        return timing.failures().stream()
                .filter(reason -> reason.contains("died"))
                .map(reason -> "an image failed, and no worker was killed: " + reason)
                .toList();
    }

    /**
     * A sentence for each image that was given up, and neither kills nor was begun each time by a
     * worker that died. Of the first attempt nobody need know: its beginning may be lost with its
     * worker, and where only a connection broke, that counts once.
     */
    List<String> forNothing(Collection<Order> orders) {
        Map<ImageKey, List<Start>> starts = new HashMap<>();
        for (Told told : events) {
            if (told.event() instanceof Started e) {
                starts.merge(
                        new ImageKey(e.jobId(), e.index()),
                        List.of(new Start(e.attempt(), e.worker(), told.at())),
                        (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
            }
        }
        return orders.stream()
                .filter(order -> order.ending() != Ending.EXIT && order.ending() != Ending.HANG)
                .flatMap(order ->
                        IntStream.range(0, order.images())
                                .mapToObj(index -> new ImageKey(order.job().get(), index)))
                .flatMap(key -> finding(key, starts.getOrDefault(key, List.of())).stream())
                .toList();
    }

    private Optional<String> finding(ImageKey key, List<Start> unordered) {
        List<Start> starts = unordered.stream().sorted(Comparator.comparing(Start::at)).toList();
        return events.stream()
                .filter(told ->
                        told.event() instanceof Failed e
                                && key.equals(new ImageKey(e.jobId(), e.index())))
                .findFirst()
                .flatMap(end -> {
                    var said = DEATHS.matcher(((Failed) end.event()).reason());
                    int blamed = said.find() ? Integer.parseInt(said.group(1)) : 0;
                    long proved = proved(starts, end.at());
                    return proved >= blamed - 1
                            ? Optional.empty()
                            : Optional.of(
                                    "image %s: given up for %d deaths, of which the last %d were not all deaths of workers that had begun it: %s"
                                            .formatted(key, blamed, blamed - 1, starts));
                });
    }

    /** Attempts after the first that ended with their workers, before the next one began. */
    private long proved(List<Start> starts, Instant end) {
        return IntStream.range(0, starts.size())
                .filter(i -> starts.get(i).attempt() > 1)
                .filter(i ->
                        hasDied(
                                starts.get(i),
                                i + 1 < starts.size() ? starts.get(i + 1).at() : end))
                .count();
    }

    private boolean hasDied(Start start, Instant before) {
        return deaths.stream()
                .anyMatch(death ->
                        death.worker().equals(start.worker())
                                && !death.at().isBefore(start.at())
                                && !death.at().isAfter(before.plus(SLACK)));
    }
}
