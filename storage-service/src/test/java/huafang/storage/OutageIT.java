package huafang.storage;

import static huafang.storage.Samples.AT;
import static huafang.storage.Samples.accepted;
import static huafang.storage.Samples.bytes;
import static huafang.storage.Samples.image;
import static huafang.storage.Samples.soon;
import static io.restassured.RestAssured.get;

import huafang.contracts.job.ImageState;
import huafang.contracts.job.JobEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = StoppableServers.class, restrictToAnnotatedClass = true)
class OutageIT {
    @Inject DataSource database;
    @Inject Ledger ledger;

    @Test
    void whatComesWhileTheDatabaseIsAwayIsStoredWhenItIsBack() throws Exception {
        var before = image("admin", true);
        var during = List.of(image("admin", true), image("admin", true), image("admin", true));
        UUID job = UUID.randomUUID();
        try (var publisher = new Publisher()) {
            publisher.picture(before, bytes(10));
            soon().until(() -> rows() == 1);

            StoppableServers.stopDatabase();
            for (var image : during) {
                publisher.picture(image, bytes(10));
            }
            publisher.event(accepted(job, 1));
            publisher.event(new JobEvent.Failed(job, 0, "Died.", AT));
            Thread.sleep(6000); // longer than the longest pause between two tries
            get("/q/health/live").then().statusCode(200);
            StoppableServers.startDatabase();

            soon().until(() -> rows() == 4);
            soon().until(() -> state(job) == ImageState.FAILED);
        }
    }

    @Test
    void aBrokerThatComesBackIsReadOn() throws Exception {
        var image = image("admin", true);
        long rows = rows();
        StoppableServers.stopBroker();
        Thread.sleep(3000);
        get("/q/health/live").then().statusCode(200);
        StoppableServers.startBroker();

        try (var publisher = new Publisher()) {
            publisher.picture(image, bytes(10));
        }

        soon().until(() -> rows() == rows + 1);
        get("/q/health/live").then().statusCode(200);
    }

    private ImageState state(UUID job) {
        var found = ledger.find(job).await().indefinitely();
        return found == null ? null : found.images().getFirst().state();
    }

    private long rows() throws Exception {
        return Long.parseLong(
                Tables.select(database, "SELECT COUNT(*) FROM generated_images")
                        .getFirst()
                        .getFirst());
    }
}
