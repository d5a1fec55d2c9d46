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
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
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

    /** The broker may be handing an image out to a slot at the moment when that goes elsewhere. */
    @Test
    void noImageIsLeftBehindByASlotThatMoves() throws Exception {
        var worker = new RoamingWorker(LONG);
        workers.add(worker);
        worker.run(worker.slot(Lane.INTERACTIVE));
        worker.run(worker::moveToAndFro);
        for (int i = 0; i < 3 * IMAGES; i++) {
            enqueue(i % GROUPS);
            Thread.sleep(50);
        }
        while (worker.painted.get() < 3 * IMAGES || unfinished() > 0) {
            Thread.sleep(20);
        }

        assertThat(worker.painted).as("each once").hasValue(3 * IMAGES);
    }

    /** Records that the broker has not been told to forget. */
    private long unfinished() throws Exception {
        try (var admin = Admin.create(queue.broker())) {
            return admin
                    .listShareGroupOffsets(Map.of(Broker.WORKERS, new ListShareGroupOffsetsSpec()))
                    .partitionsToOffsetInfo(Broker.WORKERS)
                    .get()
                    .values()
                    .stream()
                    .filter(Objects::nonNull)
                    .mapToLong(info -> info.lag().orElse(0L))
                    .sum();
        }
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
        for (Lane lane : Lane.values()) {
            worker.run(worker.slot(lane));
        }
        worker.run(
                new Scout(queue.broker(), worker.residence, Lane.values().length, worker.closing));
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
        }

        private Slot slot(Lane lane) {
            var handler =
                    new TaskHandler(
                            "test",
                            (image, steps) -> paint(((GenerationParameters) image).model()),
                            outbox,
                            control,
                            new Deaths(queue.admin(), outbox, control, closing),
                            residence,
                            closing,
                            LONG,
                            LONG);
            return new Slot(queue.broker(), lane, residence, handler, control.known(), closing);
        }

        /** As if images always waited in the other group alone. */
        private void moveToAndFro() {
            while (!closing.hasBegun()) {
                String other = Lane.INTERACTIVE.topicName(1 - residence.group());
                var demand = new Demand(Map.of(other, 1L), Map.of());
                residence.look(demand, 1, System.nanoTime() + IDLE.toNanos());
                closing.pause(Duration.ofMillis(RandomGenerator.getDefault().nextInt(20, 700)));
            }
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
