package huafang.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.gateway.Client;
import huafang.gateway.Models;
import huafang.gateway.Neighbours;
import huafang.servers.KafkaBrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaBrokerResource.class)
@QuarkusTestResource(Neighbours.class)
class ModelsTest {
    private static final String DOWNLOAD =
            "{\"id\":\"0190a1b2-0000-7000-8000-000000000001\",\"url\":\"https://example.org/a\","
                    + "\"file\":\"a.safetensors\",\"state\":\"RUNNING\",\"doneBytes\":1,\"totalBytes\":2}";

    @Neighbours.Answers ConcurrentMap<String, String> neighbours;

    @BeforeEach
    @AfterEach
    void listModels() {
        neighbours.clear();
        Models.list(neighbours);
        askForUnknown();
    }

    @Test
    void everyFileIsListedAndWhatIsWrongWithIt() {
        JsonPath models = Client.ADMIN.get("/api/v1/models").jsonPath();

        assertThat(models.getList("title"))
                .isEqualTo(
                        List.of(
                                "broken.safetensors",
                                "demo.safetensors [ababababab]",
                                "people/other.safetensors [cdcdcdcdcd]"));
        assertThat(models.getString("[0].problem")).contains("found 3 bytes");
        assertThat(models.getString("[0].hash")).isNull();
        assertThat(models.getString("[2].name")).isEqualTo("other");
        assertThat(models.getInt("[1].height")).isEqualTo(192);
    }

    @Test
    void aFileThatAppearsCanBeUsedAtOnce() {
        Models.list(neighbours, Models.DEMO);
        askForUnknown();
        Models.list(neighbours, Models.DEMO, Models.OTHER);

        Response job = askFor("other");

        assertThat(job.statusCode()).isEqualTo(202);
    }

    @Test
    void whileTheDownloaderIsAwayItsLastListHolds() {
        neighbours.put("GET /internal/models", "500 {}");

        assertThat(askForUnknown().<String>path("allowed")).contains("demo.safetensors");
        assertThat(askFor("demo").statusCode()).isEqualTo(202);
    }

    @Test
    void withoutAnyModelTheErrorSaysSo() {
        Models.list(neighbours, Models.BROKEN);
        askForUnknown();

        Response job = Client.ADMIN.post("/api/v1/jobs", "{\"prompt\": \"sea\"}");

        assertThat(job.statusCode()).isEqualTo(422);
        assertThat(job.<String>path("field")).isEqualTo("model");
        assertThat(job.<String>path("allowed")).contains("there is no usable checkpoint");
    }

    @Test
    void samplersAndSchedulesAreListed() {
        JsonPath samplers = Client.ADMIN.get("/api/v1/samplers").jsonPath();
        assertThat(samplers.getString("find { it.name == 'Euler a' }.defaultScheduler"))
                .isEqualTo("Uniform");
        assertThat(Client.ADMIN.get("/api/v1/schedulers").jsonPath().getList("name"))
                .hasSize(12)
                .startsWith("automatic", "uniform", "karras", "exponential")
                .endsWith("ddim", "beta");
        assertThat(samplers.getList("name")).hasSize(20).contains("DPM++ 2M SDE Heun", "LCM");
    }

    @Test
    void downloadsArePassedOnWithTheirRefusals() {
        neighbours.put("POST /internal/downloads", "202 " + DOWNLOAD);
        Response started =
                Client.ADMIN.post(
                        "/api/v1/models/downloads", "{\"url\": \"https://example.org/a\"}");
        assertThat(started.statusCode()).isEqualTo(202);
        assertThat(started.header("Location"))
                .isEqualTo("/api/v1/models/downloads/0190a1b2-0000-7000-8000-000000000001");
        assertThat(started.<String>path("state")).isEqualTo("RUNNING");

        neighbours.put("POST /internal/downloads", "422 {\"detail\":\"url: expected https.\"}");
        Response refused =
                Client.ADMIN.post("/api/v1/models/downloads", "{\"url\": \"ftp://example.org/a\"}");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.<String>path("detail")).isEqualTo("url: expected https.");

        assertThat(
                        Client.ADMIN
                                .get(
                                        "/api/v1/models/downloads/0190a1b2-0000-7000-8000-000000000002")
                                .statusCode())
                .isEqualTo(404);
    }

    private static Response askForUnknown() {
        return askFor("nobody");
    }

    private static Response askFor(String model) {
        return Client.ADMIN.post(
                "/api/v1/jobs", "{\"prompt\": \"sea\", \"model\": \"%s\"}".formatted(model));
    }
}
