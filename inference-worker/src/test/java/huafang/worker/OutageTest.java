package huafang.worker;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.broker.Lane;
import huafang.contracts.broker.Topic;
import huafang.contracts.job.JobEvent.Finished;
import huafang.contracts.job.JobEvent.Started;
import huafang.worker.Painter.Painting;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@TestProfile(QueueTest.NoSlotsOfItsOwn.class)
@QuarkusTestResource(value = StoppableBroker.class, restrictToAnnotatedClass = true)
@Timeout(180)
class OutageTest {
    @Inject Outbox outbox;

    @Inject
    @Identifier("control")
    Control control;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Test
    void aPictureThatIsDoneWhileTheBrokerIsAwayIsPublishedWhenItIsBack() throws Exception {
        var task = QueueClient.task();
        var picture = new CompletableFuture<Painting>();
        var closing = new Closing();
        var residence = QueueClient.home();
        try (var queue = new QueueClient(bootstrapServers)) {
            var handler =
                    new TaskHandler(
                            "test",
                            (parameters, steps) -> picture.join(),
                            outbox,
                            control,
                            new Deaths(queue.admin(), outbox, control, closing),
                            residence,
                            closing,
                            QueueClient.PATIENCE,
                            QueueClient.PATIENCE);
            var slot =
                    Thread.ofPlatform()
                            .daemon()
                            .start(
                                    new Slot(
                                            queue.broker(),
                                            Lane.INTERACTIVE,
                                            residence,
                                            handler,
                                            control.known(),
                                            closing));
            queue.enqueue(task);
            queue.events(task.key().jobId(), Started.class::isInstance);

            StoppableBroker.stopBroker();
            picture.complete(new Painting(new byte[] {1, 2, 3}, 42));
            Thread.sleep(5000);
            assertThat(slot.isAlive()).isTrue();
            get("/q/health/live").then().statusCode(200);
            StoppableBroker.startBroker();

            assertThat(queue.events(task.key().jobId()).getLast()).isInstanceOf(Finished.class);
            assertThat(queue.record(Topic.IMAGES, task.key().toString()).value())
                    .containsExactly(1, 2, 3);
            var next = QueueClient.task();
            queue.enqueue(next);
            assertThat(queue.events(next.key().jobId()).getLast()).isInstanceOf(Finished.class);
            closing.begin(Duration.ZERO);
            slot.join();
        }
    }
}
