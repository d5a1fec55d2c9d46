package huafang.gateway.aside;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.job.Codec;
import huafang.contracts.job.ImageTask;
import huafang.gateway.Client;
import huafang.gateway.PlayedWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AsideTest extends PlayedWorker {
    private static final String PATH = "/api/v1/kept-aside";

    @AfterEach
    void drop() {
        for (long id : ids()) {
            Client.ADMIN.request().post(PATH + "/" + id + "/drop");
        }
    }

    @Test
    void whatIsKeptAsideIsListedWithItsReason() {
        ImageTask task = given();
        worker.setAside("nonsense", "no task".getBytes(StandardCharsets.UTF_8), "not readable");

        JsonPath list = Client.ADMIN.get(PATH).jsonPath();

        assertThat(list.getList("tasks.image"))
                .isEqualTo(List.of(task.key().toString(), "nonsense"));
        assertThat(list.getList("tasks.reason"))
                .isEqualTo(List.of("3 workers died", "not readable"));
        assertThat(list.getString("tasks[0].task.parameters.prompt")).isEqualTo("a red house");
        assertThat(list.getString("tasks[1].text")).isEqualTo("no task");
        JsonPath one = Client.ADMIN.get(PATH + "/" + ids().getFirst()).jsonPath();
        assertThat(one.getString("image")).isEqualTo(task.key().toString());
    }

    @Test
    void whatIsTriedAgainBecomesAJobOfItsOwnersAndLeavesTheList() {
        ImageTask task = given();

        Response answer = Client.ADMIN.request().post(PATH + "/" + ids().getFirst() + "/retry");

        assertThat(answer.statusCode()).isEqualTo(202);
        ImageTask again = worker.next();
        assertThat(again.key().jobId()).hasToString(answer.jsonPath().getString("id"));
        assertThat(again.key().jobId()).isNotEqualTo(task.key().jobId());
        assertThat(again.owner()).isEqualTo("guest");
        assertThat(again.parameters()).isEqualTo(task.parameters());
        assertThat(again.save()).isTrue();
        assertThat(again.attempts()).isZero();
        assertThat(Client.GUEST.get(answer.header("Location")).statusCode()).isEqualTo(200);
        assertThat(ids()).isEmpty();
        worker.fail(again, "seen");
    }

    @Test
    void whatIsDroppedLeavesTheListAndIsNotPainted() {
        given();
        long id = ids().getFirst();

        assertThat(Client.ADMIN.request().post(PATH + "/" + id + "/drop").statusCode())
                .isEqualTo(204);

        assertThat(ids()).isEmpty();
        for (String action : List.of("/drop", "/retry")) {
            assertThat(Client.ADMIN.request().post(PATH + "/" + id + action).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void whatCannotBeReadCannotBeTriedAgain() {
        worker.setAside("nonsense", new byte[0], "not readable");

        Response answer = Client.ADMIN.request().post(PATH + "/" + ids().getFirst() + "/retry");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(ids()).hasSize(1);
    }

    @Test
    void nobodyElseMayLook() {
        assertThat(Client.GUEST.get(PATH).statusCode()).isEqualTo(403);
    }

    /** An image of a guest's that was given up. */
    private ImageTask given() {
        Client.GUEST.post("/api/v1/jobs", "{\"prompt\": \"a red house\", \"seed\": 7}");
        ImageTask task = worker.next();
        worker.fail(task, "3 workers died");
        worker.setAside(task.key().toString(), Codec.encode(task.after(3)), "3 workers died");
        return task;
    }

    private static List<Long> ids() {
        return Client.ADMIN.get(PATH).jsonPath().getList("tasks.id", Long.class);
    }
}
