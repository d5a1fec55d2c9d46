package huafang.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.gateway.Client;
import huafang.gateway.Models;
import huafang.gateway.Neighbours;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.util.UUID;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Neighbours.class)
@QuarkusTestResource(value = StoppableBroker.class, restrictToAnnotatedClass = true)
class BrokerAwayTest {
    @Neighbours.Answers ConcurrentMap<String, String> neighbours;
    @StoppableBroker.Stop Runnable stop;

    @Test
    void whileTheBrokerIsAwayJobsAreRefusedWithASentenceAndTheServiceLives() {
        Models.list(neighbours);

        stop.run();

        jobsDoNotHeapUp();
        Response job = Client.ADMIN.post("/api/v1/jobs", "{\"prompt\": \"sea\", \"count\": 100}");
        assertThat(job.statusCode()).isEqualTo(503);
        assertThat(job.contentType()).isEqualTo("application/problem+json");
        assertThat(job.<String>path("detail")).contains("was not accepted");
        assertThat(Client.ADMIN.get("/sdapi/v1/progress").<Integer>path("state.job_count"))
                .isZero();
        Response picture = Client.ADMIN.post("/sdapi/v1/txt2img", "{\"prompt\": \"sea\"}");
        assertThat(picture.statusCode()).isEqualTo(503);
        assertThat(picture.<String>path("detail")).contains("was not accepted");
        assertThat(Client.ADMIN.get("/api/v1/jobs/" + UUID.randomUUID()).statusCode())
                .isEqualTo(503);
        assertThat(RestAssured.get("/q/health/live").statusCode()).isEqualTo(200);
    }

    /**
     * Their records would have their time one after the other, and be painted after the refusal.
     */
    private static void jobsDoNotHeapUp() {
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers =
                    IntStream.range(0, 15)
                            .mapToObj(client ->
                                    clients.submit(() ->
                                            Client.ADMIN.post(
                                                    "/api/v1/jobs",
                                                    "{\"prompt\": \"sea\", \"count\": 100}")))
                            .toList();
            assertThat(answers)
                    .extracting(answer -> answer.get().<String>path("detail"))
                    .allMatch(detail -> detail.contains("was not accepted"))
                    .filteredOn(detail -> detail.contains("too slowly"))
                    .hasSize(5);
        }
    }
}
