package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.broker.Lane;
import huafang.contracts.broker.Topic;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.job.Codec;
import huafang.contracts.job.GeneratedImage;
import huafang.contracts.job.ImageTask;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.JobEvent.Failed;
import huafang.contracts.job.JobEvent.Finished;
import huafang.contracts.job.JobEvent.Started;
import huafang.contracts.job.StepsDone;
import huafang.engine.checkpoint.CheckpointException;
import huafang.servers.KafkaBrokerResource;
import huafang.worker.Painter.Painting;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** The way through the queue, with painters that do as the test says, on the real broker. */
@QuarkusTest
@TestProfile(QueueTest.NoSlotsOfItsOwn.class)
@QuarkusTestResource(KafkaBrokerResource.class)
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class QueueTest {
    public static final class NoSlotsOfItsOwn implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("huafang.worker.slots", "0", "huafang.models.directory", "target");
        }
    }

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Painting PICTURE =
            new Painting("a picture".getBytes(StandardCharsets.UTF_8), 42);
    private static final Painter PAINTS = (parameters, steps) -> PICTURE;

    @Inject Outbox outbox;

    @Inject
    @Identifier("control")
    Control control;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private QueueClient queue;
    private final List<TestWorker> workers = new ArrayList<>();

    @BeforeEach
    void connect() {
        queue = new QueueClient(bootstrapServers);
    }

    @AfterEach
    void endWorkers() throws Exception {
        for (var worker : workers) {
            worker.end(Duration.ZERO);
        }
        queue.close();
    }

    /** The broker's default hands a new group only what comes after it joined. */
    @Test
    @Order(1)
    void imagesQueuedBeforeAnyWorkerEverJoinedArePainted() throws Exception {
        assertThat(queue.everJoined()).isFalse();
        var task = QueueClient.task();
        queue.enqueue(task);
        start(PAINTS);

        assertThat(queue.events(task.key().jobId()).getLast()).isInstanceOf(Finished.class);
    }

    @Test
    void anImageBecomesEventsAndARecordWithItsDescription() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(task);
        start((parameters, listener) -> {
            listener.step(1, 4);
            return PICTURE;
        });

        var events = queue.events(task.key().jobId());

        assertThat(queue.step(task.key().jobId(), image -> true))
                .isEqualTo(new StepsDone.Image(task.key().jobId(), 0, 1, 4, null));
        var started = (Started) events.getFirst();
        assertThat(started.attempt()).isEqualTo(1);
        assertThat(started.worker()).isEqualTo("test");
        var finished = (Finished) events.getLast();
        var record = queue.record(Topic.IMAGES, task.key().toString());
        assertThat(record.partition()).isEqualTo(finished.partition());
        assertThat(record.offset()).isEqualTo(finished.offset());
        assertThat(record.value()).isEqualTo(PICTURE.png());
        var header = record.headers().lastHeader(GeneratedImage.HEADER).value();
        var image = Codec.decode(header, GeneratedImage.class);
        assertThat(image.key()).isEqualTo(task.key());
        assertThat(image.owner()).isEqualTo("ada");
        assertThat(image.parameters()).isEqualTo(task.parameters());
        assertThat(image.engineMillis()).isEqualTo(42);
        awaitNoLag();
    }

    @Test
    void whetherToSaveTravelsWithThePicture() throws Exception {
        start(PAINTS);
        for (boolean save : new boolean[] {true, false}) {
            var task = QueueClient.task(QueueClient.task().parameters(), save);
            queue.enqueue(task);

            var record = queue.record(Topic.IMAGES, task.key().toString());

            var header = record.headers().lastHeader(GeneratedImage.HEADER).value();
            assertThat(Codec.decode(header, GeneratedImage.class).save()).isEqualTo(save);
        }
    }

    @Test
    void aDeadWorkersImageIsPaintedByTheNextOneAsItsSecondAttempt() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(task);
        queue.takeAndDie();
        start(PAINTS);

        var events = queue.events(task.key().jobId());

        assertThat(((Started) events.getFirst()).attempt()).isEqualTo(2);
        assertThat(events.getLast()).isInstanceOf(Finished.class);
        awaitNoLag();
        assertThat(queue.count(Topic.IMAGES, task.key().toString())).isEqualTo(1);
    }

    /** As when workers end while the broker hands it out to them. */
    @Test
    void anImageThatNobodyBeganIsPaintedHoweverOftenItWasHandedOut() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(task);
        for (int delivery = 1; delivery < 4; delivery++) {
            queue.takeAndDie();
        }
        start(PAINTS);

        var events = queue.events(task.key().jobId());

        assertThat(((Started) events.getFirst()).attempt()).isEqualTo(2);
        assertThat(events.getLast()).isInstanceOf(Finished.class);
        awaitNoLag();
    }

    /** It leaves the count of its deaths to a worker that has the time for it. */
    @Test
    void aWorkerThatEndsPublishesNothingAgain() throws Exception {
        var task = QueueClient.task();
        var ending = handling(PAINTS, LONG, LONG);
        ending.closing().begin(LONG);

        assertThat(handle(ending, taken(task, 1_000_051, 4)).join())
                .isEqualTo(AcknowledgeType.RELEASE);
    }

    @Test
    void anImageThatKillsThreeWorkersFailsAndIsKeptAside() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(task);
        Painter deadly =
                (parameters, steps) -> {
                    throw new InternalError("the process is gone");
                };
        for (int death = 0; death < 3; death++) {
            start(deadly).thread.join();
        }
        start(PAINTS);

        var events = queue.events(task.key().jobId());

        assertThat(attempts(events)).containsExactly(1, 2, 3);
        assertThat(((Failed) events.getLast()).reason())
                .isEqualTo("3 workers died over this image; it is kept for inspection.");
        var aside = queue.record(Topic.JOBS_ASIDE, task.key().toString());
        assertThat(Codec.decode(aside.value(), ImageTask.class).key()).isEqualTo(task.key());
        awaitNoLag();
        assertThat(queue.count(Topic.IMAGES, task.key().toString())).isZero();
    }

    @Test
    void whatIsNoTaskIsKeptAsideAndTheNextImageIsPainted() throws Exception {
        var broken = QueueClient.task().key();
        var bytes = "no task at all".getBytes(StandardCharsets.UTF_8);
        var nameless = UUID.randomUUID().toString();
        var task = QueueClient.task();
        queue.enqueue(broken.toString(), bytes);
        queue.enqueue(nameless, bytes);
        queue.enqueue(task);
        start(PAINTS);

        assertThat(queue.events(task.key().jobId()).getLast()).isInstanceOf(Finished.class);
        assertThat(queue.record(Topic.JOBS_ASIDE, broken.toString()).value()).isEqualTo(bytes);
        assertThat(queue.record(Topic.JOBS_ASIDE, nameless).value()).isEqualTo(bytes);
        assertThat(queue.events(broken.jobId()))
                .singleElement()
                .extracting(event -> ((Failed) event).reason())
                .isEqualTo(Reason.UNREADABLE);
        awaitNoLag();
    }

    @Test
    void whatTheEngineCannotPaintFailsWithItsSentenceAndTheWorkerLives() throws Exception {
        var paintings =
                List.<Painter>of(
                                (parameters, steps) -> {
                                    throw new CheckpointException(
                                            "any.safetensors: expected a checkpoint, found soup");
                                },
                                (parameters, steps) -> {
                                    throw new OutOfMemoryError("heap");
                                },
                                (parameters, steps) -> {
                                    throw new IllegalStateException("the latents are not numbers");
                                },
                                PAINTS)
                        .iterator();
        start((parameters, steps) -> paintings.next().paint(parameters, steps));

        var reasons = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            reasons.add(((Failed) paintOne().getLast()).reason());
        }

        assertThat(reasons)
                .containsExactly(
                        "any.safetensors: expected a checkpoint, found soup",
                        "The worker has too little memory for a picture of 64x64 with any.safetensors: try a smaller one.",
                        "The engine failed over this image with any.safetensors: the latents are not numbers");
        assertThat(paintOne().getLast()).isInstanceOf(Finished.class);
        awaitNoLag();
    }

    @Test
    void aPictureOverTheQueuesLimitFailsAndTheNextOnePasses() throws Exception {
        var sizes = List.of(Topic.LARGEST_MESSAGE + 1, 40 << 20, 31 << 20).iterator();
        start((parameters, steps) -> new Painting(new byte[sizes.next()], 1));

        for (int i = 0; i < 2; i++) {
            assertThat(((Failed) paintOne().getLast()).reason())
                    .contains("the queue carries at most 33554432");
        }
        assertThat(paintOne().getLast()).isInstanceOf(Finished.class);
    }

    @Test
    void anImageThatTakesTooLongFailsAndTheNextOneIsPainted() throws Exception {
        var stopped = new CompletableFuture<Boolean>();
        Painter endless =
                (parameters, steps) -> {
                    while (steps.step(1, 4)) {
                        Thread.onSpinWait();
                    }
                    stopped.complete(true);
                    throw new CancellationException();
                };
        var paintings = List.of(endless, PAINTS).iterator();
        start((parameters, steps) -> paintings.next().paint(parameters, steps), SHORT);

        assertThat(((Failed) paintOne().getLast()).reason()).startsWith("The image took longer");
        assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(paintOne().getLast()).isInstanceOf(Finished.class);
    }

    @Test
    void aWorkerThatHangsEndsAndItsImageIsPaintedByAnotherOne() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(task);
        Painter hanging = (parameters, steps) -> new CompletableFuture<Painting>().join();
        var hung = handling(hanging, LONG, SHORT);
        var slots = List.of(start(hung), start(hung));
        for (var slot : slots) {
            slot.thread.join(); // neither takes it again
        }
        start(PAINTS);

        var events = queue.events(task.key().jobId());

        assertThat(attempts(events)).containsExactly(1, 2);
        assertThat(events.getLast()).isInstanceOf(Finished.class);
    }

    @Test
    void whatTwoWorkersDiedOverIsPaintedAlone() throws Exception {
        var innocent = QueueClient.task();
        var suspect = QueueClient.task().after(2);
        var inWork = new AtomicInteger();
        var most = new AtomicInteger();
        var innocentInWork = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        Painter painter =
                (parameters, steps) -> {
                    most.accumulateAndGet(inWork.incrementAndGet(), Math::max);
                    innocentInWork.countDown();
                    awaitQuietly(release);
                    inWork.decrementAndGet();
                    return PICTURE;
                };
        var handling = handling(painter, LONG, LONG);
        start(handling);
        start(handling);
        queue.enqueue(innocent);
        innocentInWork.await();
        queue.enqueue(suspect);
        Thread.sleep(1000); // the other slot has taken it, and waits

        release.countDown();

        assertThat(queue.events(innocent.key().jobId()).getLast()).isInstanceOf(Finished.class);
        assertThat(queue.events(suspect.key().jobId()).getLast()).isInstanceOf(Finished.class);
        assertThat(most).hasValue(1);
    }

    /** If the suspect kills the worker, nobody shall think that the others had killed theirs. */
    @Test
    void whatWaitsForASuspectIsNotBegunBeforeItsTurn() throws Exception {
        var suspect = taken(QueueClient.task().after(2), 1_000_001, 1);
        var second = taken(QueueClient.task().after(2), 1_000_002, 1);
        var newcomer = taken(QueueClient.task(), 1_000_003, 1);
        var release = new CountDownLatch(1);
        var handling =
                handling(
                        (parameters, steps) -> {
                            awaitQuietly(release);
                            return PICTURE;
                        },
                        LONG,
                        LONG);
        var first = handle(handling, suspect);
        await(() -> deaths(suspect) == 1);
        var others = List.of(handle(handling, second), handle(handling, newcomer));
        await(() -> control.isHandedBack(newcomer.place()));
        Thread.sleep(500);

        assertThat(deaths(suspect)).isEqualTo(1);
        assertThat(deaths(second)).isZero();
        assertThat(deaths(newcomer)).isZero();

        release.countDown();
        assertThat(first.join()).isEqualTo(AcknowledgeType.ACCEPT);
        assertThat(others).extracting(CompletableFuture::join).containsOnly(AcknowledgeType.ACCEPT);
        await(() -> deaths(second) == 1);
        await(() -> deaths(newcomer) == 1);
    }

    /** As the next delivery of the record would count them, of what was begun aloud. */
    private int deaths(Taken taken) {
        return control.deaths(
                new Taken(
                        taken.lane(),
                        taken.topic(),
                        taken.offset(),
                        taken.key(),
                        taken.value(),
                        taken.deliveries() + 1),
                true);
    }

    @Test
    void whatWaitsForASuspectEndsAsSoonAsItIsCancelledOrItsWorkerEnds() throws Exception {
        var release = new CountDownLatch(1);
        var handling =
                handling(
                        (parameters, steps) -> {
                            awaitQuietly(release);
                            return PICTURE;
                        },
                        LONG,
                        LONG);
        var suspect = taken(QueueClient.task().after(2), 1_000_011, 1);
        var first = handle(handling, suspect);
        await(() -> deaths(suspect) == 1);
        var unwanted = QueueClient.task();
        var cancelled = handle(handling, taken(unwanted, 1_000_012, 1));
        var left = handle(handling, taken(QueueClient.task(), 1_000_013, 1));

        queue.cancel(unwanted.key().jobId());
        assertThat(cancelled.get(5, TimeUnit.SECONDS)).isEqualTo(AcknowledgeType.ACCEPT);
        assertThat(queue.events(unwanted.key().jobId()))
                .singleElement()
                .isInstanceOf(JobEvent.Cancelled.class);
        handling.closing().begin(LONG);
        assertThat(left.get(5, TimeUnit.SECONDS)).isEqualTo(AcknowledgeType.RELEASE);
        assertThat(first).isNotDone();
        release.countDown();
        assertThat(first.join()).isEqualTo(AcknowledgeType.ACCEPT);
    }

    @Test
    void anImageThatLostItsTimeWaitingForASuspectIsQueuedAgain() throws Exception {
        Painter endless =
                (parameters, steps) -> {
                    while (steps.step(1, 4)) {
                        Thread.onSpinWait();
                    }
                    throw new CancellationException();
                };
        var handling = handling(endless, Duration.ofSeconds(3), LONG);
        var suspect = taken(QueueClient.task().after(2), 1_000_021, 1);
        var first = handle(handling, suspect);
        await(() -> deaths(suspect) == 1);
        Thread.sleep(1000);
        var task = QueueClient.task();
        var second = handle(handling, taken(task, 1_000_022, 1));

        assertThat(first.join()).isEqualTo(AcknowledgeType.ACCEPT);
        assertThat(second.join()).isEqualTo(AcknowledgeType.ACCEPT);
        start(PAINTS);
        assertThat(queue.events(task.key().jobId()).getLast()).isInstanceOf(Finished.class);
        awaitNoLag();
    }

    /** Of the delivery before, whose worker lives, it was thought at first that it had died. */
    @Test
    void whatIsQueuedAgainCountsNoDeathOfWhoHasSaidThatItLives() throws Exception {
        var release = new CountDownLatch(1);
        var begun = new Semaphore(0);
        Painter slow = held(begun, release);
        var task = QueueClient.task();
        var living = handle(handling(slow, LONG, LONG), taken(task, 1_000_041, 1));
        begun.acquire();
        var ending = handling(slow, LONG, LONG);
        var second = handle(ending, taken(task, 1_000_041, 2));
        begun.acquire();
        await(() -> control.deaths(taken(task, 1_000_041, 2), false) == 0);

        ending.closing().begin(Duration.ZERO);
        assertThat(second.join()).isEqualTo(AcknowledgeType.ACCEPT);
        release.countDown();
        assertThat(living.join()).isEqualTo(AcknowledgeType.ACCEPT);
        start(PAINTS);

        assertThat(attempts(task, 2)).containsExactly(1, 2, 1);
    }

    /** A broken connection is no death: who lost it paints on, also of the first delivery. */
    @Test
    void anImageWhoseWorkersLiveIsQueuedAgainAndNotGivenUp() throws Exception {
        var begun = new Semaphore(0);
        var release = new CountDownLatch(1);
        Painter slow = held(begun, release);
        var task = QueueClient.task();
        var living = new ArrayList<CompletableFuture<AcknowledgeType>>();
        for (int delivery = 1; delivery < 4; delivery++) {
            var taken = taken(task, 1_000_031, delivery);
            living.add(handle(handling(slow, LONG, LONG), taken));
            begun.acquire();
            await(() -> control.deaths(taken, false) == 0);
        }

        handle(handling(PAINTS, LONG, LONG), taken(task, 1_000_031, 4)).join();
        release.countDown();
        assertThat(living).extracting(CompletableFuture::join).containsOnly(AcknowledgeType.ACCEPT);
        start(PAINTS);

        assertThat(attempts(task, 4))
                .as("of the delivery before each, nothing is known yet, and of the last one all")
                .containsExactly(1, 2, 2, 1);
    }

    private static Painter held(Semaphore begun, CountDownLatch release) {
        return (parameters, steps) -> {
            begun.release();
            awaitQuietly(release);
            return PICTURE;
        };
    }

    /** Until it has been finished that often. */
    private List<Integer> attempts(ImageTask task, int times) {
        var finished = new AtomicInteger();
        return attempts(
                queue.events(
                        task.key().jobId(),
                        event -> event instanceof Finished && finished.incrementAndGet() == times));
    }

    private static Taken taken(ImageTask task, long offset, int deliveries) {
        return new Taken(
                Lane.INTERACTIVE,
                Topic.GENERATION_JOBS,
                offset,
                task.key().toString(),
                Codec.encode(task),
                deliveries);
    }

    private static CompletableFuture<AcknowledgeType> handle(Handling handling, Taken taken) {
        return CompletableFuture.supplyAsync(
                () -> handling.handler().handle(taken), Thread::startVirtualThread);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aWorkerThatEndsWaitsForItsImage() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(task);
        var painting = new CountDownLatch(1);
        var done = new CompletableFuture<Painting>();
        var worker =
                start((parameters, steps) -> {
                    painting.countDown();
                    return done.join();
                });
        painting.await();
        var later = QueueClient.task();
        queue.enqueue(later);
        worker.closing.begin(LONG);
        done.complete(PICTURE);
        worker.thread.join();

        assertThat(queue.events(task.key().jobId()).getLast()).isInstanceOf(Finished.class);
        assertThat(queue.lag()).isEqualTo(1); // the later one, untouched
        start(PAINTS);
        var started = (Started) queue.events(later.key().jobId()).getFirst();
        assertThat(started.attempt()).isEqualTo(1);
    }

    @Test
    void anImageThatTakesLongerThanTheGraceIsHandedBackWithoutAnAttemptCounted() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(task);
        var painting = new CountDownLatch(1);
        var stopped = new CompletableFuture<Boolean>();
        var worker =
                start((parameters, steps) -> {
                    painting.countDown();
                    while (steps.step(1, 4)) {
                        Thread.onSpinWait();
                    }
                    stopped.complete(true);
                    throw new CancellationException();
                });
        painting.await();
        worker.end(Duration.ofMillis(100));

        assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
        start(PAINTS);
        var events = queue.events(task.key().jobId());

        assertThat(attempts(events)).containsExactly(1, 1);
        assertThat(events.getLast()).isInstanceOf(Finished.class);
        awaitNoLag();
    }

    @Test
    void anImageThatCannotEndWithinTheGraceIsHandedBackAtOnce() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(task);
        var worker = start(steps(1000));
        queue.step(task.key().jobId(), image -> image.step() > 2);
        worker.closing.begin(LONG);

        assertThat(worker.thread.join(Duration.ofSeconds(10))).isTrue();
        start(PAINTS);
        var events = queue.events(task.key().jobId());
        assertThat(attempts(events)).containsExactly(1, 1);
        assertThat(events.getLast()).isInstanceOf(Finished.class);
    }

    @Test
    void anImageThatCanEndWithinTheGraceIsPaintedToItsEnd() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(task);
        var worker = start(steps(12));
        queue.step(task.key().jobId(), image -> image.step() > 2);
        worker.end(LONG);

        var events = queue.events(task.key().jobId());
        assertThat(events).filteredOn(Started.class::isInstance).hasSize(1);
        assertThat(events.getLast()).isInstanceOf(Finished.class);
    }

    /** So many, of a quarter of a second. */
    private static Painter steps(int count) {
        return (parameters, listener) -> {
            for (int step = 1; step <= count; step++) {
                LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
                if (!listener.step(step, count)) {
                    throw new CancellationException();
                }
            }
            return PICTURE;
        };
    }

    @Test
    void noImageWaitsForASlowOneWhileAnotherSlotIsIdle() throws Exception {
        var slow = new CompletableFuture<Painting>();
        var slowTask = QueueClient.task();
        queue.enqueue(slowTask);
        start((parameters, steps) -> slow.join());
        queue.events(slowTask.key().jobId(), Started.class::isInstance);
        start(PAINTS);

        for (int i = 0; i < 8; i++) {
            assertThat(paintOne().getLast()).isInstanceOf(Finished.class);
        }
        assertThat(slow).isNotDone();
        slow.complete(PICTURE);
        assertThat(queue.events(slowTask.key().jobId()).getLast()).isInstanceOf(Finished.class);
    }

    /** While it holds an image, a slot has nothing to say to the broker that the image is from. */
    @Test
    void anImageStaysWithItsSlotHoweverLongTheConnectionIsIdle() throws Exception {
        Map<String, Object> impatient = new HashMap<>(queue.broker());
        impatient.put("connections.max.idle.ms", 1000L);
        impatient.put("metadata.max.age.ms", 600_000);
        var slow = new CompletableFuture<Painting>();
        var task = QueueClient.task();
        queue.enqueue(task);
        start(impatient, Lane.INTERACTIVE, handling((parameters, steps) -> slow.join()));
        queue.events(task.key().jobId(), Started.class::isInstance);
        start(PAINTS);
        Thread.sleep(6000);

        slow.complete(PICTURE);

        assertThat(queue.events(task.key().jobId()))
                .filteredOn(Started.class::isInstance)
                .hasSize(1);
        awaitNoLag();
    }

    @Test
    void aLaneIsServedWhileTheOtherOneIsBusy() throws Exception {
        var slow = new CompletableFuture<Painting>();
        var handling = handling((parameters, steps) -> slow.join(), LONG, LONG);
        var bulk = QueueClient.task();
        queue.enqueue(Lane.BULK, bulk);
        start(Lane.BULK, handling);
        queue.events(bulk.key().jobId(), Started.class::isInstance);
        start(PAINTS);

        assertThat(paintOne().getLast()).isInstanceOf(Finished.class);
        slow.complete(PICTURE);
        assertThat(queue.events(bulk.key().jobId()).getLast()).isInstanceOf(Finished.class);
    }

    @Test
    void anImageThatIsHandedBackIsTheNextAndAfterASecondTimeTheLastOfItsLane() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(Lane.BULK, task);
        handBack(task);
        var later = QueueClient.task();
        queue.enqueue(Lane.BULK, later);
        handBack(task);
        assertThat(queue.count(Topic.JOBS_BULK, task.key().toString())).isEqualTo(2);

        var worker = start(Lane.BULK, handling(PAINTS, LONG, LONG));
        var first =
                (Started) queue.events(later.key().jobId(), Started.class::isInstance).getLast();
        var events = queue.events(task.key().jobId());

        assertThat(events)
                .filteredOn(Started.class::isInstance)
                .extracting(event -> ((Started) event).attempt())
                .as("no attempt counts")
                .containsExactly(1, 1, 1);
        assertThat(first.at()).isBefore(((Started) events.get(events.size() - 2)).at());
        assertThat(events.getLast()).isInstanceOf(Finished.class);
        worker.end(LONG);
        awaitNoLag();
    }

    /** Has a worker begin the image and end with it in work. */
    private void handBack(ImageTask task) throws Exception {
        var begun = new CompletableFuture<Long>();
        Painter untilStopped =
                (parameters, steps) -> {
                    begun.complete(((GenerationParameters) parameters).seed());
                    while (steps.step(1, 4)) {
                        Thread.onSpinWait();
                    }
                    throw new CancellationException();
                };
        var worker = start(Lane.BULK, handling(untilStopped, LONG, LONG));
        assertThat(begun.get(20, TimeUnit.SECONDS))
                .isEqualTo(((GenerationParameters) task.parameters()).seed());
        worker.end(Duration.ZERO);
    }

    @Test
    void anImagePastItsDeadlineEndsAsExpiredAndIsNeverBegun() throws Exception {
        var plain = QueueClient.task();
        var deadline = Instant.parse("2026-11-23T03:00:00Z");
        queue.enqueue(
                new ImageTask(
                        plain.key(),
                        plain.owner(),
                        plain.parameters(),
                        true,
                        0,
                        plain.acceptedAt(),
                        false,
                        deadline));
        start(PAINTS);

        assertThat(queue.events(plain.key().jobId()))
                .singleElement()
                .extracting(event -> ((Failed) event).reason())
                .isEqualTo(
                        "The image had not been painted at 2026-11-23T03:00:00Z, when it expired.");
        awaitNoLag();
    }

    @Test
    void anImageCancelledOnTheQueueIsNeverBegun() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(task);
        queue.cancel(task.key().jobId());
        await(() -> control.isCancelled(task.key().jobId()));
        start(PAINTS);

        assertThat(queue.events(task.key().jobId()))
                .singleElement()
                .isInstanceOf(JobEvent.Cancelled.class);
        awaitNoLag();
        assertThat(queue.count(Topic.IMAGES, task.key().toString())).isZero();
    }

    @Test
    void anImageCancelledInWorkEndsAtItsNextStepAndTheNextOneIsTaken() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(task);
        var steps = new AtomicInteger();
        start((parameters, listener) -> {
            if (!((GenerationParameters) parameters).prompt().equals("next")) {
                while (listener.step(steps.incrementAndGet(), 1000)) {
                    LockSupport.parkNanos(10_000_000);
                }
                throw new CancellationException();
            }
            return PICTURE;
        });
        queue.step(task.key().jobId(), image -> true);
        queue.cancel(task.key().jobId());

        assertThat(queue.events(task.key().jobId()).getLast())
                .isInstanceOf(JobEvent.Cancelled.class);
        int then = steps.get();
        var next = QueueClient.task(QueueClient.parameters("next", QueueClient.ANY, 1), true);
        queue.enqueue(next);
        assertThat(queue.events(next.key().jobId()).getLast()).isInstanceOf(Finished.class);
        assertThat(steps).hasValue(then);
        assertThat(queue.count(Topic.IMAGES, task.key().toString())).isZero();
    }

    @Test
    void anImageCancelledWhileItAsksNobodyGivesItsSlotAway() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(task);
        var loaded = new CompletableFuture<Painting>();
        start((parameters, listener) ->
                ((GenerationParameters) parameters).prompt().equals("next")
                        ? PICTURE
                        : loaded.join());
        queue.events(task.key().jobId(), Started.class::isInstance);
        queue.cancel(task.key().jobId());
        var next = QueueClient.task(QueueClient.parameters("next", QueueClient.ANY, 1), true);
        queue.enqueue(next);

        assertThat(queue.events(next.key().jobId()).getLast()).isInstanceOf(Finished.class);
        assertThat(queue.events(task.key().jobId()).getLast())
                .isInstanceOf(JobEvent.Cancelled.class);
        loaded.complete(PICTURE);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + QueueClient.PATIENCE.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private List<JobEvent> paintOne() throws Exception {
        var task = QueueClient.task();
        queue.enqueue(task);
        return queue.events(task.key().jobId());
    }

    private void awaitNoLag() throws Exception {
        long deadline = System.nanoTime() + QueueClient.PATIENCE.toNanos();
        while (queue.lag() > 0 && System.nanoTime() < deadline) {
            Thread.sleep(100);
        }
        assertThat(queue.lag()).isZero();
    }

    private TestWorker start(Painter painter) {
        return start(painter, LONG);
    }

    private TestWorker start(Painter painter, Duration longest) {
        return start(handling(painter, longest, LONG));
    }

    private record Handling(TaskHandler handler, Closing closing) {}

    private Handling handling(Painter painter, Duration longest, Duration longestStep) {
        var closing = new Closing();
        return new Handling(
                new TaskHandler(
                        "test",
                        painter,
                        outbox,
                        control,
                        new Deaths(queue.admin(), outbox, control, closing),
                        QueueClient.home(),
                        closing,
                        longest,
                        longestStep),
                closing);
    }

    private TestWorker start(Handling handling) {
        return start(Lane.INTERACTIVE, handling);
    }

    private Handling handling(Painter painter) {
        return handling(painter, LONG, LONG);
    }

    private TestWorker start(Lane lane, Handling handling) {
        return start(queue.broker(), lane, handling);
    }

    private TestWorker start(Map<String, Object> broker, Lane lane, Handling handling) {
        var slot =
                new Slot(
                        broker,
                        lane,
                        QueueClient.home(),
                        handling.handler(),
                        control.known(),
                        handling.closing());
        var thread =
                Thread.ofPlatform()
                        .daemon()
                        .uncaughtExceptionHandler((dead, problem) -> {})
                        .start(slot);
        var worker = new TestWorker(thread, handling.closing());
        workers.add(worker);
        return worker;
    }

    private record TestWorker(Thread thread, Closing closing) {
        void end(Duration grace) throws InterruptedException {
            closing.begin(grace);
            thread.join();
        }
    }

    /** Of each beginning, which one it was. */
    private static List<Integer> attempts(List<JobEvent> events) {
        return events.stream()
                .filter(Started.class::isInstance)
                .map(event -> ((Started) event).attempt())
                .toList();
    }
}
