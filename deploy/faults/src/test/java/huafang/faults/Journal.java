package huafang.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** All that was asked for and answered, and what was not as promised. */
final class Journal {
    /** Of an answer's characters. */
    private static final int LONGEST = 300;

    private final Queue<Order> orders = new ConcurrentLinkedQueue<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Integer> refusals = new TreeMap<>();
    private final Queue<Postponed> postponed = new ConcurrentLinkedQueue<>();
    private final AtomicLong requests = new AtomicLong();
    private final PrintStream lines;
    private int unanswered;

    /** A journal that is kept in mind alone. */
    Journal() {
        this.lines = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    }

    /** A journal in which each request and each answer is a line, with its time. */
    Journal(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        this.lines = new PrintStream(Files.newOutputStream(file), true, UTF_8);
    }

    /** Returns the request's number. */
    long asked(HttpRequest request, String body) {
        long number = requests.incrementAndGet();
        line(
                "#%d > %s %s %s %s",
                number,
                request.method(),
                request.uri(),
                request.headers().map().getOrDefault("Idempotency-Key", List.of()),
                body.replaceAll("\\s+", " "));
        return number;
    }

    void answered(long number, HttpResponse<String> answer) {
        String body = answer.body();
        line(
                "#%d < %d %s %s",
                number,
                answer.statusCode(),
                answer.headers().map().getOrDefault("Retry-After", List.of()),
                body.substring(0, Math.min(body.length(), LONGEST)).replaceAll("\\s+", " "));
    }

    void unanswered(long number, IOException problem) {
        line("#%d < nothing: %s", number, problem);
        countUnanswered();
    }

    private void line(String line, Object... values) {
        lines.println(Instant.now() + " " + String.format(Locale.ROOT, line, values));
    }

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

    private synchronized void countUnanswered() {
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
