package huafang.storage;

import static huafang.storage.Samples.AT;
import static huafang.storage.Samples.PARAMETERS;
import static huafang.storage.Samples.accepted;
import static huafang.storage.Samples.soon;
import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.ImageState;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.JobEvent.Failed;
import huafang.contracts.job.JobEvent.Finished;
import huafang.contracts.job.JobEvent.Started;
import huafang.contracts.ledger.LedgerJob;
import huafang.servers.DatabaseResource;
import huafang.servers.KafkaBrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaBrokerResource.class)
@QuarkusTestResource(DatabaseResource.class)
class LedgerIT {
    @Inject Ledger ledger;
    @Inject OpenImages open;
    @Inject Expiry expiry;
    @Inject Pool pool;

    @Test
    void anAcceptedJobHasAllItsImages() {
        UUID job = UUID.randomUUID();
        apply(accepted(job, 3));

        assertThat(find(job))
                .isEqualTo(
                        new LedgerJob(
                                job,
                                "admin",
                                PARAMETERS,
                                true,
                                AT,
                                List.of(waiting(0), waiting(1), waiting(2))));
    }

    @Test
    void aJobIsUnknownUntilItWasAccepted() {
        UUID job = UUID.randomUUID();
        apply(new Started(job, 0, 1, "worker", AT));

        assertThat(find(job)).isNull();
    }

    @Test
    void inWhateverOrderEventsComeTheFirstEndStays() {
        UUID any = UUID.randomUUID();
        var events =
                List.<JobEvent>of(
                        accepted(any, 1),
                        new Started(any, 0, 1, "a", AT),
                        new Started(any, 0, 2, "b", AT),
                        new Finished(any, 0, 2, 77, 5, AT),
                        new Failed(any, 0, "Died.", AT));
        for (var order : permutations(events)) {
            var own = UUID.randomUUID();
            order.stream().map(event -> of(own, event)).forEach(this::apply);
            order.stream().map(event -> of(own, event)).forEach(this::apply);

            var image = find(own).images().getFirst();
            var end =
                    order.stream()
                            .filter(e -> e instanceof Finished || e instanceof Failed)
                            .findFirst()
                            .orElseThrow();
            if (end instanceof Finished) {
                assertThat(image.state()).as("%s", order).isEqualTo(ImageState.FINISHED);
                assertThat(image.partition()).isEqualTo(2);
                assertThat(image.offset()).isEqualTo(77);
                assertThat(image.reason()).isNull();
            } else {
                assertThat(image.state()).as("%s", order).isEqualTo(ImageState.FAILED);
                assertThat(image.reason()).isEqualTo("Died.");
                assertThat(image.offset()).isNull();
            }
        }
    }

    @Test
    void attemptsOnlyGrow() {
        UUID job = UUID.randomUUID();
        apply(new Started(job, 0, 3, "c", AT));
        apply(new Started(job, 0, 2, "b", AT));
        apply(accepted(job, 1));

        assertThat(find(job).images())
                .containsExactly(new LedgerJob.Image(0, ImageState.STARTED, null, 3, null, null));
    }

    @Test
    void cancellingEndsWhatHasNotEndedAndNothingElse() {
        UUID job = UUID.randomUUID();
        apply(new Finished(job, 0, 1, 5, 5, AT));
        apply(new Failed(job, 1, "Died.", AT));
        apply(new Started(job, 2, 1, "a", AT));

        assertThat(ledger.cancel(job, 4, AT).await().indefinitely()).containsExactly(2, 3);
        assertThat(ledger.cancel(job, 4, AT).await().indefinitely()).containsExactly(2, 3);

        apply(accepted(job, 4));
        apply(new Finished(job, 2, 1, 6, 5, AT));
        apply(new Started(job, 3, 2, "b", AT));
        apply(new JobEvent.Cancelled(job, 0, AT));
        assertThat(find(job).images())
                .extracting(LedgerJob.Image::state)
                .containsExactly(
                        ImageState.FINISHED,
                        ImageState.FAILED,
                        ImageState.CANCELLED,
                        ImageState.CANCELLED);
    }

    @Test
    void aWorkerThatDropsAnImageCancelsIt() {
        UUID job = UUID.randomUUID();
        apply(new JobEvent.Cancelled(job, 1, AT));
        apply(accepted(job, 2));

        assertThat(find(job).images())
                .extracting(LedgerJob.Image::state)
                .containsExactly(ImageState.ACCEPTED, ImageState.CANCELLED);
    }

    @Test
    void anImageThatNobodyBeganByItsDeadlineIsEndedWithoutAnyWorker() throws Exception {
        UUID job = UUID.randomUUID();
        UUID later = UUID.randomUUID();
        UUID patient = UUID.randomUUID();
        UUID givenBack = UUID.randomUUID();
        Instant now = Instant.now();
        try (var publisher = new Publisher()) {
            publisher.event(new Started(job, 1, 1, "worker", AT));
            publisher.event(accepted(job, 3, now.minusSeconds(60)));
            publisher.event(new Finished(job, 2, 0, 7, 5, AT));
            publisher.event(accepted(later, 1, now.plusSeconds(3600)));
            publisher.event(accepted(patient, 1));
            publisher.event(accepted(givenBack, 1, now.minus(OpenImages.LONGEST_WORK)));
            publisher.event(new Started(givenBack, 0, 1, "worker", AT));
        }
        soon().until(() -> statesOf(givenBack).contains(ImageState.STARTED));

        try (var busy = new Publisher()) {
            soon().until(() -> {
                busy.event(accepted(patient, 1)); // there is always more to read
                expiry.look();
                return statesOf(job).contains(ImageState.FAILED)
                        && statesOf(givenBack).contains(ImageState.FAILED);
            });
        }

        assertThat(statesOf(job))
                .containsExactly(ImageState.FAILED, ImageState.STARTED, ImageState.FINISHED);
        assertThat(find(job).images().getFirst().reason())
                .isEqualTo(
                        "The image had not been painted at %s, when it expired."
                                .formatted(now.minusSeconds(60).truncatedTo(ChronoUnit.MICROS)));
        assertThat(statesOf(later)).containsExactly(ImageState.ACCEPTED);
        assertThat(statesOf(patient)).containsExactly(ImageState.ACCEPTED);
    }

    /** What was painted while the database was away is heard first. */
    @Test
    void whileTheLedgerHasNotReadEverythingNothingExpires() {
        UUID job = UUID.randomUUID();
        apply(accepted(job, 1, AT));
        var isAtEnd = new AtomicBoolean();
        var told = new ArrayList<UUID>();
        var positions =
                new ReadPositions(Map.of()) {
                    @Override
                    synchronized boolean areAtEnd() {
                        return isAtEnd.get();
                    }
                };
        var decisions =
                new Decisions(null) {
                    @Override
                    Uni<Void> tell(JobEvent event) {
                        told.add(event.jobId());
                        return Uni.createFrom().voidItem();
                    }
                };
        var some = new Expiry(open, positions, decisions);

        some.look();
        some.look();
        isAtEnd.set(true);
        some.look();
        assertThat(told).doesNotContain(job);

        some.look();
        assertThat(told).contains(job);
    }

    private List<ImageState> statesOf(UUID job) {
        LedgerJob found = find(job);
        return found == null
                ? List.of()
                : found.images().stream().map(LedgerJob.Image::state).toList();
    }

    @Test
    void eventsComeInThroughTheBroker() throws Exception {
        UUID job = UUID.randomUUID();
        String key = job.toString();
        String topic = Topic.GENERATION_EVENTS;
        try (var publisher = new Publisher()) {
            publisher.event(new Started(job, 1, 1, "worker", AT));
            publisher.send(new ProducerRecord<>(topic, key, "no event".getBytes()));
            publisher.send(new ProducerRecord<>(topic, key, null));
            publisher.send(
                    new ProducerRecord<>(topic, key, "{\"type\":\"from-later\"}".getBytes()));
            publisher.event(new Failed(job, -1, "No such image.", AT));
            publisher.event(accepted(job, 2));
            publisher.send(new ProducerRecord<>(topic, key, progressed(job)));
            publisher.event(new Finished(job, 1, 3, 9, 5, AT));
            publisher.event(new Failed(job, 0, "很长的原因".repeat(30_000), AT));
        }
        soon().until(() ->
                find(job) != null
                        && find(job).images().stream().allMatch(image -> image.state().isEnd()));

        assertThat(find(job).images())
                .containsExactly(
                        new LedgerJob.Image(
                                0, ImageState.FAILED, "很长的原因".repeat(30_000), 0, null, null),
                        new LedgerJob.Image(1, ImageState.FINISHED, null, 1, 3, 9L));
    }

    /** As earlier versions told of a step. */
    private static byte[] progressed(UUID job) {
        return "{\"type\":\"progressed\",\"jobId\":\"%s\",\"index\":1,\"step\":4,\"steps\":5,\"at\":\"%s\"}"
                .formatted(job, AT)
                .getBytes(StandardCharsets.UTF_8);
    }

    private void apply(JobEvent event) {
        ledger.apply(pool, event).await().indefinitely();
    }

    private LedgerJob find(UUID job) {
        return ledger.find(job).await().indefinitely();
    }

    private static LedgerJob.Image waiting(int index) {
        return new LedgerJob.Image(index, ImageState.ACCEPTED, null, 0, null, null);
    }

    private static JobEvent of(UUID job, JobEvent event) {
        return switch (event) {
            case JobEvent.Accepted _ -> accepted(job, 1);
            case Started started -> new Started(job, 0, started.attempt(), "w", AT);
            case Finished done -> new Finished(job, 0, done.partition(), done.offset(), 5, AT);
            case Failed failed -> new Failed(job, 0, failed.reason(), AT);
            case JobEvent.Cancelled _, JobEvent.Unknown _ -> throw new AssertionError(event);
        };
    }

    private static <T> List<List<T>> permutations(List<T> items) {
        if (items.isEmpty()) {
            return List.of(List.of());
        }
        var all = new ArrayList<List<T>>();
        for (int i = 0; i < items.size(); i++) {
            var rest = new ArrayList<>(items);
            T first = rest.remove(i);
            for (var tail : permutations(rest)) {
                var order = new ArrayList<T>(List.of(first));
                order.addAll(tail);
                all.add(order);
            }
        }
        return all;
    }
}
