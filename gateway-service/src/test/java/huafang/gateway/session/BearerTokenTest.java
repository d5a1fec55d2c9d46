package huafang.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.gateway.Client;
import huafang.gateway.Models;
import huafang.gateway.Neighbours;
import huafang.servers.KafkaBrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaBrokerResource.class)
@QuarkusTestResource(Neighbours.class)
@QuarkusTestResource(value = Issuer.class, restrictToAnnotatedClass = true)
class BearerTokenTest {
    @Neighbours.Answers ConcurrentMap<String, String> neighbours;
    @Issuer.Tokens BinaryOperator<String> tokens;

    @BeforeEach
    void listModels() {
        neighbours.clear();
        Models.list(neighbours);
    }

    @Test
    void aTokenOfTheIssuerIsAcceptedOnEveryApi() {
        String token = tokens.apply("huafang", "li");

        assertThat(get("/api/v1/session", token).<String>path("user")).isEqualTo("li");
        for (String path :
                List.of(
                        "/api/v1/models",
                        "/api/v1/samplers",
                        "/sdapi/v1/progress",
                        "/sdapi/v1/options")) {
            assertThat(get(path, token).statusCode()).as(path).isEqualTo(200);
        }
        Response job =
                RestAssured.given()
                        .auth()
                        .oauth2(token)
                        .contentType("application/json")
                        .body("{\"prompt\": \"sea\"}")
                        .post("/api/v1/jobs");
        assertThat(job.<String>path("owner")).isEqualTo("li");
    }

    @Test
    void aTokenOfAnotherIssuerIsRefused() {
        Response answer = get("/api/v1/session", tokens.apply("somebody", "li"));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(get("/sdapi/v1/progress", "no.token.atall").statusCode()).isEqualTo(401);
    }

    @Test
    void aTokenDoesNotMakeAnybodyTheEmbeddedUser() {
        assertThat(get("/api/v1/session", tokens.apply("huafang", "admin")).statusCode())
                .isEqualTo(401);
    }

    /** The database ignores blanks at a name's end: li's pictures would be shown to "li ". */
    @Test
    void aNameThatCouldPassForAnotherIsRefused() {
        for (String name : List.of("li ", " li", "admin ", "Admin", "l".repeat(256))) {
            assertThat(get("/api/v1/session", tokens.apply("huafang", name)).statusCode())
                    .as("<%s>", name)
                    .isEqualTo(401);
        }
        assertThat(get("/api/v1/session", tokens.apply("huafang", "李 四")).<String>path("user"))
                .isEqualTo("李 四");
    }

    @Test
    void nameAndPasswordAreStillAccepted() {
        assertThat(Client.ADMIN.get("/api/v1/session").<String>path("user")).isEqualTo("admin");
    }

    private static Response get(String path, String token) {
        return RestAssured.given().auth().oauth2(token).get(path);
    }
}
