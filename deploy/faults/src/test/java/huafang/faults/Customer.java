package huafang.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import huafang.faults.Order.Ending;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Asks for pictures, again and again under one key until it is answered; cancels some; looks at the
 * gateways' answers.
 */
final class Customer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ACCEPTED = 202;
    private static final int UNKNOWN = 404;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(3))
                    .build();
    private final List<URI> gateways;
    private final Journal journal;
    private final Habit habit;
    private final Random random;

    /**
     * What customers ask for.
     *
     * @param mostImages in a job
     * @param slowest milliseconds of a step
     * @param pause between two jobs, on average, in times of the work for one
     * @param keyed the part of the jobs that have a key, under which they are asked for again
     */
    record Habit(int mostImages, int slowest, double pause, double keyed) {
        /** Small jobs, for which workers need about as long as their customers wait in between. */
        static final Habit USUAL = new Habit(4, 100, 1, 0.7);
    }

    Customer(List<URI> gateways, Journal journal, long seed) {
        this(gateways, journal, Habit.USUAL, seed);
    }

    Customer(List<URI> gateways, Journal journal, Habit habit, long seed) {
        this.gateways = gateways;
        this.journal = journal;
        this.habit = habit;
        this.random = new Random(seed);
    }

    /** Asks for one job after the other. */
    void visit(BooleanSupplier isOpen) throws InterruptedException {
        while (isOpen.getAsBoolean()) {
            Order order = order();
            submit(order, isOpen);
            if (order.isAccepted()) {
                lookUp(order);
                if (random.nextInt(8) == 0) {
                    Thread.sleep(random.nextInt(1500));
                    cancel(order);
                }
            }
            double work = order.images() * order.steps() * order.stepMillis();
            Thread.sleep((long) (random.nextDouble() * 2 * habit.pause() * work));
        }
    }

    private Order order() {
        var key = new UUID(random.nextLong(), random.nextLong()).toString();
        return new Order(
                random.nextDouble() < habit.keyed() ? key : null,
                1 + random.nextInt(habit.mostImages()),
                1 + random.nextInt(8),
                habit.slowest() / 10 + random.nextInt(habit.slowest() * 9 / 10),
                random.nextInt(1 << 30),
                random.nextInt(25) == 0 ? Ending.NAN : Ending.PICTURE);
    }

    /** Until it is answered, or nobody accepts orders any more. */
    void submit(Order order, BooleanSupplier isOpen) throws InterruptedException {
        journal.add(order);
        for (boolean isFirst = true; isFirst || isOpen.getAsBoolean(); isFirst = false) {
            try {
                var answer = post("/api/v1/jobs", order.json(), order.key());
                if (answer.statusCode() == ACCEPTED) {
                    var id = JSON.readTree(answer.body()).get("id").textValue();
                    order.job().set(UUID.fromString(id));
                    return;
                }
                journal.refused(answer.statusCode());
                if (answer.statusCode() != TOO_MANY && answer.statusCode() != UNAVAILABLE) {
                    journal.wrong(
                            "order %s: answered %d: %s"
                                    .formatted(order.json(), answer.statusCode(), answer.body()));
                    return;
                }
                if (answer.statusCode() == TOO_MANY) {
                    var told =
                            Duration.ofSeconds(
                                    answer.headers().firstValueAsLong("Retry-After").orElseThrow());
                    journal.postponed(new Journal.Postponed(order, Instant.now(), told));
                    pause(told, isOpen);
                    continue;
                }
            } catch (IOException e) {
                journal.unanswered();
            }
            Thread.sleep(200 + random.nextInt(300));
        }
    }

    private static void pause(Duration time, BooleanSupplier isOpen) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end && isOpen.getAsBoolean()) {
            Thread.sleep(50);
        }
    }

    /** Any gateway must know an accepted job, or say that it cannot tell. */
    private void lookUp(Order order) throws InterruptedException {
        try {
            int status = send(request(path(order)).GET()).statusCode();
            if (status == UNKNOWN) {
                journal.wrong("job %s: accepted, and then unknown".formatted(order.job().get()));
            }
        } catch (IOException e) {
            journal.unanswered();
        }
    }

    private void cancel(Order order) throws InterruptedException {
        try {
            order.cancelledAt().set(Instant.now());
            int status = post(path(order) + "/cancel", "", null).statusCode();
            if (status / 100 != 2 && status != UNAVAILABLE) {
                journal.wrong(
                        "job %s: cancelling it was answered %d"
                                .formatted(order.job().get(), status));
            }
        } catch (IOException e) {
            journal.unanswered();
        }
    }

    private static String path(Order order) {
        return "/api/v1/jobs/" + order.job().get();
    }

    private HttpResponse<String> post(String path, String body, String key)
            throws IOException, InterruptedException {
        var request =
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return send(request);
    }

    private HttpRequest.Builder request(String path) {
        var user = "admin:" + Fleet.PASSWORD;
        var basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(gateways.get(random.nextInt(gateways.size())).resolve(path))
                .timeout(PATIENCE)
                .header("Authorization", "Basic " + basic);
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
