package huafang.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.job.ImageTask;
import huafang.gateway.Models;
import huafang.gateway.Neighbours;
import huafang.gateway.ScriptedWorker;
import huafang.servers.KafkaBrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.concurrent.ConcurrentMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaBrokerResource.class)
@QuarkusTestResource(Neighbours.class)
class JobsTest {
    @Neighbours.Answers ConcurrentMap<String, String> neighbours;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String broker;

    private ScriptedWorker worker;

    @BeforeEach
    void open() {
        Models.list(neighbours);
        worker = new ScriptedWorker(broker);
    }

    @AfterEach
    void close() {
        worker.close();
    }

    @Test
    void aRequestBecomesOneTaskForEachImageWithEverythingDecided() {
        JsonPath job =
                post("{\"prompt\": \"a red house\", \"count\": 2, \"seed\": 7, \"save\": false}")
                        .then()
                        .statusCode(202)
                        .extract()
                        .jsonPath();

        ImageTask first = worker.next();
        ImageTask second = worker.next();

        if (first.key().index() == 1) {
            ImageTask swap = first;
            first = second;
            second = swap;
        }
        assertThat(first.key().jobId()).hasToString(job.getString("id"));
        assertThat(first.owner()).isEqualTo("admin");
        assertThat(first.save()).isFalse();
        assertThat(first.parameters().prompt()).isEqualTo("a red house");
        assertThat(first.parameters().width()).isEqualTo(128);
        assertThat(first.parameters().height()).isEqualTo(192);
        assertThat(first.parameters().seed()).isEqualTo(7);
        assertThat(second.parameters().seed()).isEqualTo(8);
        assertThat(second.key().index()).isEqualTo(1);
        assertThat(second.parameters().model()).isEqualTo(Models.DEMO.model());
    }

    @Test
    void aJobIsFollowedFromAcceptanceToThePicture() {
        Response answer = post("{\"prompt\": \"sea\", \"steps\": 4}");
        String path = answer.header("Location");
        assertThat(get(path).path("state").toString()).isEqualTo("ACCEPTED");
        ImageTask task = worker.next();

        byte[] png = worker.finish(task);

        Response job = await(path, "FINISHED");
        assertThat(job.path("images[0].step").toString()).isEqualTo("4");
        Response picture = get(job.path("images[0].picture"));
        assertThat(picture.contentType()).as(picture.asString()).isEqualTo("image/png");
        assertThat(picture.asByteArray()).isEqualTo(png);
    }

    private Response await(String path, String state) {
        for (int i = 0; i < 200; i++) {
            Response job = get(path);
            if (state.equals(job.path("state"))) {
                return job;
            }
        }
        throw new AssertionError("not " + state + ": " + get(path).asString());
    }

    private static Response post(String body) {
        return signedIn().contentType("application/json").body(body).post("/api/v1/jobs");
    }

    private static Response get(String path) {
        return signedIn().get(path);
    }

    private static RequestSpecification signedIn() {
        return RestAssured.given().auth().preemptive().basic("admin", "correct horse");
    }
}
