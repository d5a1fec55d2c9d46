package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.broker.Broker;
import huafang.contracts.broker.Lane;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Model;
import huafang.contracts.job.ImageTask;
import huafang.contracts.job.JobEvent.Finished;
import huafang.servers.KafkaBrokerResource;
import huafang.worker.Painter.Painting;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers that serve several groups of models, on the real broker. */
@QuarkusTest
@TestProfile(ModelGroupsTest.BrokerOfItsOwn.class)
@QuarkusTestResource(KafkaBrokerResource.class)
@Timeout(120)
class ModelGroupsTest {
    public static final class BrokerOfItsOwn implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return new QueueTest.NoSlotsOfItsOwn().getConfigOverrides();
        }
    }

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final int GROUPS = 2;
    private static final int IMAGES = 80;

    @Inject Outbox outbox;

    @Inject
    @Identifier("control")
    Control control;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private QueueClient queue;
    private final List<RoamingWorker> workers = new ArrayList<>();

    @BeforeEach
    void connect() {
        queue = new QueueClient(bootstrapServers);
        try (var admin = Admin.create(queue.broker())) {
            Broker.prepareGroups(admin, GROUPS);
        }
    }

    @AfterEach
    void end() throws Exception {
        for (var worker : workers) {
            worker.closing.begin(Duration.ZERO);
        }
        for (var worker : workers) {
            for (var thread : worker.threads) {
                thread.join();
            }
        }
        queue.close();
    }

    @Test
    void aWorkerAloneServesAllGroups() throws Exception {
        start(LONG);
        for (int i = 0; i < 3; i++) {
            for (int group = 0; group < GROUPS; group++) {
                awaitFinished(enqueue(group));
            }
        }
    }

    @Test
    void aWorkerThatNeverRunsOutOfWorkLeavesItForImagesThatNobodyServes() throws Exception {
        var worker = start(Duration.ofSeconds(3));
        awaitFinished(enqueue(0));
        var other = enqueue(1);
        for (int i = 0; i < 1000 && worker.residence.group() == 0; i++) {
            enqueue(0);
            Thread.sleep(20);
        }
        awaitFinished(other);
    }

    @Test
    void workersStayWithTheirModels() throws Exception {
        start(LONG);
        start(LONG);
        for (int i = 0; i < IMAGES; i++) {
            enqueue(i % GROUPS);
            Thread.sleep(100);
        }
        while (sum(worker -> worker.painted) < IMAGES) {
            Thread.sleep(20);
        }

        assertThat(sum(worker -> worker.loads))
                .as("models loaded for %d images that took turns", IMAGES)
                .isLessThan(IMAGES / 10);
        assertThat(workers).extracting(worker -> worker.residence.group()).contains(0, 1);
    }

    private int sum(Function<RoamingWorker, AtomicInteger> count) {
        return workers.stream().mapToInt(worker -> count.apply(worker).get()).sum();
    }

    private ImageTask enqueue(int group) throws Exception {
        var model = new Model(group + ".safetensors", Integer.toString(group).repeat(64));
        var task = QueueClient.task(QueueClient.parameters("a red house", model, 1), true);
        queue.enqueue(Lane.INTERACTIVE.topicName(group), task);
        return task;
    }

    private void awaitFinished(ImageTask task) {
        assertThat(queue.events(task.key().jobId()).getLast()).isInstanceOf(Finished.class);
    }

    private RoamingWorker start(Duration stay) {
        var worker = new RoamingWorker(stay);
        workers.add(worker);
        return worker;
    }

    /** One slot for each lane; loads a model when another one is asked for. */
    private final class RoamingWorker {
        private final Closing closing = new Closing();
        private final AtomicInteger loads = new AtomicInteger();
        private final AtomicInteger painted = new AtomicInteger();
        private final Residence residence;
        private final List<Thread> threads = new ArrayList<>();
        private Model loaded;

        private RoamingWorker(Duration stay) {
            residence = new Residence(IDLE, stay, RandomGenerator.getDefault(), System.nanoTime());
            var handler =
                    new TaskHandler(
                            "test",
                            (image, steps) -> paint(((GenerationParameters) image).model()),
                            outbox,
                            control,
                            new Deaths(queue.admin(), control, closing),
                            residence,
                            closing,
                            LONG,
                            LONG);
            for (Lane lane : Lane.values()) {
                run(new Slot(queue.broker(), lane, residence, handler, control.known(), closing));
            }
            run(new Scout(queue.broker(), residence, Lane.values().length, closing));
        }

        private void run(Runnable work) {
            threads.add(Thread.ofPlatform().daemon().start(work));
        }

        private synchronized Painting paint(Model model) {
            if (!model.equals(loaded)) {
                loaded = model;
                loads.incrementAndGet();
            }
            painted.incrementAndGet();
            return new Painting(new byte[] {1}, 1);
        }
    }
}
