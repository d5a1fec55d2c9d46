package huafang.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.job.ImageTask;
import huafang.gateway.Client;
import huafang.gateway.PlayedWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EventsTest extends PlayedWorker {
    @Test
    void theJobThenEachChangeThenTheJobAgainAndTheStreamEnds() throws Exception {
        String path =
                Client.ADMIN
                        .post("/api/v1/jobs", "{\"prompt\": \"sea\", \"steps\": 2}")
                        .header("Location");
        ImageTask task = worker.next();
        try (var http = HttpClient.newHttpClient();
                var lines = events(http, path)) {
            var events = new Events(lines.iterator());

            assertThat(events.next("job").getString("state")).isEqualTo("ACCEPTED");
            worker.start(task);
            assertThat(events.next("image").getString("state")).isEqualTo("STARTED");
            worker.progress(task, 1);
            JsonPath step = events.next("image");
            assertThat(step.getInt("step")).isEqualTo(1);
            assertThat(step.getInt("steps")).isEqualTo(2);
            worker.finish(task);
            JsonPath finished = events.next("image");
            assertThat(finished.getString("state")).isEqualTo("FINISHED");
            assertThat(finished.getString("picture")).isEqualTo(path + "/images/0");
            assertThat(events.next("job").getString("state")).isEqualTo("FINISHED");
            assertThat(events.hasEnded()).isTrue();
        }
    }

    @Test
    void aJobThatHasEndedIsToldAtOnce() throws Exception {
        String path = Client.ADMIN.post("/api/v1/jobs", "{\"prompt\": \"sea\"}").header("Location");
        worker.fail(worker.next(), "no memory");
        try (var http = HttpClient.newHttpClient();
                var lines = events(http, path)) {
            var events = new Events(lines.iterator());
            JsonPath job = events.next("job");
            while (!"FAILED".equals(job.getString("state"))) {
                job = events.next(null);
            }
            assertThat(job.getString("images[0].reason") + job.getString("reason"))
                    .contains("no memory");
        }
    }

    @Test
    void aSilentStreamSaysThatItIsAlive() throws Exception {
        String path = Client.ADMIN.post("/api/v1/jobs", "{\"prompt\": \"sea\"}").header("Location");
        try (var http = HttpClient.newHttpClient();
                var lines = events(http, path)) {
            assertThat(lines.anyMatch(line -> line.startsWith(":"))).isTrue();
        }
    }

    /**
     * Whatever the moment at which a job changes or ends, seen from the answer that has just begun.
     */
    @Test
    void streamsOfQuickJobsOnOneHttp2ConnectionAreWhole() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            for (int pause = 0; pause < 60; pause++) {
                String path =
                        Client.ADMIN
                                .post("/api/v1/jobs", "{\"prompt\": \"sea\", \"steps\": 20}")
                                .header("Location");
                ImageTask task = worker.next();
                Thread painting = Thread.ofVirtual().start(paint(task, pause % 6));
                try (var lines = events(http, path)) {
                    assertThat(lines.filter(line -> line.startsWith("data:")).toList().getLast())
                            .contains("\"state\":\"FINISHED\"", path + "/images/0");
                }
                painting.join();
            }
        }
    }

    private Runnable paint(ImageTask task, int pauseMillis) {
        return () -> {
            worker.start(task);
            for (int step = 1; step <= 4; step++) {
                LockSupport.parkNanos(pauseMillis * 1_000_000L);
                worker.progress(task, step);
            }
            worker.finish(task);
        };
    }

    private static Stream<String> events(HttpClient http, String path) throws Exception {
        HttpResponse<Stream<String>> response =
                http.send(request(path + "/events"), HttpResponse.BodyHandlers.ofLines());
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        return response.body();
    }

    private static HttpRequest request(String path) {
        String user =
                Base64.getEncoder()
                        .encodeToString("admin:correct horse".getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                .header("Authorization", "Basic " + user)
                .build();
    }

    private record Events(Iterator<String> lines) {
        JsonPath next(String expected) {
            String name = null;
            while (lines.hasNext()) {
                String line = lines.next();
                if (line.startsWith("event:")) {
                    name = line.substring(6).strip();
                } else if (line.startsWith("data:")) {
                    if (expected != null) {
                        assertThat(name).isEqualTo(expected);
                    }
                    return JsonPath.from(line.substring(5));
                }
            }
            throw new AssertionError("the stream ended before " + expected);
        }

        boolean hasEnded() {
            while (lines.hasNext()) {
                if (!lines.next().isBlank()) {
                    return false;
                }
            }
            return true;
        }
    }
}
