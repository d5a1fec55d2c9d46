package huafang.gateway.session;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.containsStringIgnoringCase;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import huafang.gateway.Neighbours;
import huafang.servers.KafkaBrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaBrokerResource.class)
@QuarkusTestResource(Neighbours.class)
class SignInTest {
    @Test
    void theFormGivesACookieThatScriptsAndOtherSitesCannotUse() {
        String cookie =
                given().formParam("j_username", "admin")
                        .formParam("j_password", "correct horse")
                        .post("/j_security_check")
                        .then()
                        .statusCode(200)
                        .header("Set-Cookie", containsStringIgnoringCase("HttpOnly"))
                        .header("Set-Cookie", containsString("SameSite=Strict"))
                        .extract()
                        .cookie("huafang-session");
        given().cookie("huafang-session", cookie)
                .get("/api/v1/session")
                .then()
                .statusCode(200)
                .body("user", equalTo("admin"));
    }

    @Test
    void aWrongPasswordIsRefusedWithoutARedirect() {
        given().redirects()
                .follow(false)
                .formParam("j_username", "admin")
                .formParam("j_password", "wrong")
                .post("/j_security_check")
                .then()
                .statusCode(401)
                .header("Set-Cookie", nullValue())
                .header("WWW-Authenticate", not(startsWith("Basic")));
    }

    @Test
    void signingOutTakesTheCookieAway() {
        given().delete("/api/v1/session")
                .then()
                .statusCode(204)
                .header("Set-Cookie", startsWith("huafang-session="))
                .header("Set-Cookie", containsString("Max-Age=0"));
    }

    @Test
    void nameAndPasswordAreAcceptedWithEachRequest() {
        given().auth()
                .preemptive()
                .basic("admin", "correct horse")
                .get("/api/v1/session")
                .then()
                .statusCode(200)
                .body("user", equalTo("admin"));
    }

    @Test
    void whoIsNotSignedInIsTold() {
        given().get("/api/v1/session")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .body("status", equalTo(401))
                .body("title", equalTo("Unauthorized"))
                .body("detail", notNullValue());
    }

    @Test
    void aWrongNameOrPasswordIsRefused() {
        given().auth()
                .preemptive()
                .basic("admin", "wrong")
                .get("/api/v1/session")
                .then()
                .statusCode(401)
                .contentType("application/problem+json");
    }

    @Test
    void noBrowserIsMadeToAskForAPasswordOverThePage() {
        given().get("/api/v1/session")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", startsWith("Bearer"));
        given().auth()
                .preemptive()
                .basic("admin", "wrong")
                .get("/api/v1/session")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", startsWith("Bearer"));
    }

    @Test
    void clientsOfAutomatic1111AreToldTheirWayToSignIn() {
        given().get("/sdapi/v1/samplers")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", equalTo("Basic"))
                .body("detail", equalTo("Incorrect username or password"));
    }

    @Test
    void probesAndDocumentationAreOpenToAll() {
        given().get("/q/health/live").then().statusCode(200);
        awaitReady();
        given().get("/q/health/started").then().statusCode(200);
        given().get("/q/openapi").then().statusCode(200).body(containsString("/api/v1/jobs"));
        given().get("/api").then().statusCode(200).body(containsString("swagger"));
    }

    private static void awaitReady() {
        Instant end = Instant.now().plusSeconds(20);
        while (given().get("/q/health/ready").statusCode() != 200) {
            assertThat(Instant.now()).isBefore(end);
        }
    }
}
