package huafang.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
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

    /** In place of a status. */
    static final int UNANSWERED = 0;

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
            Order order = habit.order(random);
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

    /** Until it is answered, or nobody accepts orders any more. */
    void submit(Order order, BooleanSupplier isOpen) throws InterruptedException {
        journal.add(order);
        for (boolean isFirst = true; isFirst || isOpen.getAsBoolean(); isFirst = false) {
            var sent = Instant.now();
            int status = UNANSWERED;
            try {
                var answer = post(order, "/api/v1/jobs", order.json(), order.key());
                status = answer.statusCode();
                if (answer.statusCode() == ACCEPTED) {
                    var id = JSON.readTree(answer.body()).get("id").textValue();
                    order.job().set(UUID.fromString(id));
                    return;
                }
                journal.refused(status);
                if (status != TOO_MANY && status != UNAVAILABLE) {
                    journal.wrong(
                            "order %s: answered %d: %s"
                                    .formatted(order.json(), status, answer.body()));
                    return;
                }
                if (status == TOO_MANY) {
                    var told =
                            Duration.ofSeconds(
                                    answer.headers().firstValueAsLong("Retry-After").orElseThrow());
                    journal.postponed(new Journal.Postponed(order, Instant.now(), told));
                    if (!habit.returns()) {
                        return;
                    }
                    pause(told, isOpen);
                    continue;
                }
            } catch (IOException e) {
                // It is asked for again.
            } finally {
                order.tries().add(new Order.Try(sent, Instant.now(), status));
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
            int status = send(request(order, path(order)).GET(), "").statusCode();
            if (status == UNKNOWN) {
                journal.wrong("job %s: accepted, and then unknown".formatted(order.job().get()));
            }
        } catch (IOException e) {
            // Another one may know.
        }
    }

    void cancel(Order order) throws InterruptedException {
        try {
            order.cancelledAt().set(Instant.now());
            int status = post(order, path(order) + "/cancel", "", null).statusCode();
            if (status / 100 == 2) {
                order.isCancelTaken().set(true);
            } else if (status != UNAVAILABLE) {
                journal.wrong(
                        "job %s: cancelling it was answered %d"
                                .formatted(order.job().get(), status));
            }
        } catch (IOException e) {
            // It may have been cancelled, or not: either is right.
        }
    }

    private static String path(Order order) {
        return "/api/v1/jobs/" + order.job().get();
    }

    private HttpResponse<String> post(Order order, String path, String body, String key)
            throws IOException, InterruptedException {
        var request =
                request(order, path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return send(request, body);
    }

    private HttpRequest.Builder request(Order order, String path) {
        var user = order.owner() + ":" + Fleet.PASSWORD;
        var basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(gateways.get(random.nextInt(gateways.size())).resolve(path))
                .timeout(PATIENCE)
                .header("Authorization", "Basic " + basic);
    }

    private HttpResponse<String> send(HttpRequest.Builder builder, String body)
            throws IOException, InterruptedException {
        HttpRequest request = builder.build();
        long number = journal.asked(request, body);
        try {
            var answer = http.send(request, BodyHandlers.ofString());
            journal.answered(number, answer);
            return answer;
        } catch (IOException e) {
            journal.unanswered(number, e);
            throw e;
        }
    }
}
