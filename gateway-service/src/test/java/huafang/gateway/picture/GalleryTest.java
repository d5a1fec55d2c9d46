package huafang.gateway.picture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Rng;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.Scheduler;
import huafang.contracts.job.ImageKey;
import huafang.contracts.ledger.StoredImage;
import huafang.gateway.Client;
import huafang.gateway.Models;
import huafang.gateway.Neighbours;
import huafang.servers.KafkaBrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaBrokerResource.class)
@QuarkusTestResource(Neighbours.class)
class GalleryTest {
    @Neighbours.Answers ConcurrentMap<String, String> neighbours;
    @Inject ObjectMapper json;

    @Test
    void storedPicturesAreListedForTheirOwner() throws JsonProcessingException {
        var job = UUID.randomUUID();
        var parameters =
                new GenerationParameters(
                        "海边",
                        "",
                        64,
                        64,
                        10,
                        Sampler.EULER,
                        Scheduler.KARRAS,
                        7,
                        1,
                        Rng.NV,
                        Models.DEMO.model());
        var stored = new StoredImage(41, new ImageKey(job, 3), parameters, Instant.EPOCH);
        neighbours.put(
                "GET /internal/images?owner=admin&before=42&limit=2",
                "200 " + json.writeValueAsString(List.of(stored)));
        neighbours.put("GET /internal/images?owner=guest&limit=50", "200 []");

        JsonPath images = Client.ADMIN.get("/api/v1/images?before=42&limit=2").jsonPath();

        assertThat(images.getList("images.id")).isEqualTo(List.of(41));
        assertThat(images.getString("images[0].parameters.prompt")).isEqualTo("海边");
        assertThat(images.getString("images[0].finishedAt")).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(images.getString("images[0].picture"))
                .isEqualTo("/api/v1/jobs/" + job + "/images/3");
        assertThat(Client.GUEST.get("/api/v1/images").jsonPath().getList("images")).isEmpty();
    }

    @Test
    void aListIsOfOneToTwoHundred() {
        for (String limit : List.of("0", "201")) {
            assertThat(Client.ADMIN.get("/api/v1/images?limit=" + limit).<String>path("field"))
                    .isEqualTo("limit");
        }
        assertThat(Client.ADMIN.get("/api/v1/images?limit=many").statusCode()).isBetween(400, 499);
    }
}
