package huafang.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Rng;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.Scheduler;
import huafang.contracts.job.ImageState;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.StepsDone;
import huafang.contracts.ledger.LedgerJob;
import huafang.gateway.Models;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LiveJobsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T22:00:00Z");
    static final GenerationParameters PARAMETERS =
            new GenerationParameters(
                    "sea",
                    "",
                    64,
                    64,
                    10,
                    Sampler.EULER,
                    Scheduler.AUTOMATIC,
                    7,
                    1,
                    Rng.NV,
                    Models.DEMO.model());

    private final UUID id = UUID.randomUUID();
    private final LiveJobs jobs = new LiveJobs(Settings.keeping(Duration.ofMinutes(10), 100));

    @Test
    void anImageThatBeganBeforeTheJobWasAnnouncedIsNotForgotten() {
        jobs.apply(new JobEvent.Started(id, 1, 1, "worker", NOW));
        jobs.apply(step(id, 1, 4));
        assertThat(jobs.find(id)).isEmpty();

        jobs.apply(accepted(id, 2));

        Job job = job();
        assertThat(job.state()).isEqualTo(ImageState.STARTED);
        assertThat(job.images().get(0).state()).isEqualTo(ImageState.ACCEPTED);
        assertThat(job.images().get(1).step()).isEqualTo(4);
        assertThat(job.images().get(1).seed()).isEqualTo(2);
    }

    @Test
    void imagesOnlyMoveForward() {
        jobs.apply(accepted(id, 1));
        jobs.apply(step(id, 0, 4));
        jobs.apply(new JobEvent.Started(id, 0, 1, "worker", NOW));
        jobs.apply(step(id, 0, 3));
        assertThat(job().images().getFirst().step()).isEqualTo(4);

        jobs.apply(new JobEvent.Finished(id, 0, 2, 17, 5, NOW));
        jobs.apply(new JobEvent.Failed(id, 0, "too late", NOW));

        JobImage image = job().images().getFirst();
        assertThat(image.state()).isEqualTo(ImageState.FINISHED);
        assertThat(image.step()).isEqualTo(10);
        assertThat(image.claim()).isEqualTo(new JobImage.Claim(2, 17));
        assertThat(image.picture()).isEqualTo("/api/v1/jobs/" + id + "/images/0");
    }

    /** Steps and events have no order between them. */
    @Test
    void stepsToldAfterAnImagesEndDoNoHarm() {
        jobs.apply(accepted(id, 3));
        jobs.apply(new JobEvent.Finished(id, 0, 2, 17, 5, NOW));
        jobs.apply(new JobEvent.Failed(id, 1, "no memory", NOW));
        jobs.apply(new JobEvent.Cancelled(id, 2, NOW));
        Job ended = job();

        for (int index = -1; index <= 3; index++) {
            jobs.apply(step(id, index, 9));
        }

        assertThat(job().state()).isEqualTo(ImageState.FAILED);
        assertThat(job().images()).isEqualTo(ended.images());
        assertThat(jobs.load("admin").jobs()).isZero();
    }

    @Test
    void stepsOfAJobThatIsForgottenDoNotBringItBack() {
        LiveJobs hasty = new LiveJobs(Settings.keeping(Duration.ofMillis(-1), 100));
        hasty.apply(accepted(id, 1));
        hasty.apply(new JobEvent.Failed(id, 0, "reason", NOW));
        hasty.apply(accepted(UUID.randomUUID(), 1));

        hasty.apply(step(id, 0, 9));

        assertThat(hasty.find(id)).isEmpty();
        assertThat(hasty.load("admin").jobs()).isEqualTo(1);
    }

    /** It was told once the ledger had it so, for which the picture then came too late. */
    @Test
    void aCancellationHoldsInWhateverOrderItIsHeard() {
        var events =
                List.of(
                        new JobEvent.Finished(id, 0, 2, 17, 5, NOW),
                        new JobEvent.Cancelled(id, 0, NOW, true));
        for (var order : List.of(events, events.reversed())) {
            LiveJobs fresh = new LiveJobs(Settings.keeping(Duration.ofMinutes(10), 100));
            fresh.apply(accepted(id, 1));
            order.forEach(fresh::apply);

            JobImage image = fresh.find(id).orElseThrow().now().job().images().getFirst();
            assertThat(image.state()).isEqualTo(ImageState.CANCELLED);
            assertThat(image.claim()).isNull();
            assertThat(image.picture()).isNull();
        }
    }

    /**
     * A task that came to a second one after all, because the first one's answer for it got lost.
     */
    @Test
    void aWorkerThatDropsAnImageLateTakesNoPictureAway() {
        jobs.apply(accepted(id, 2));
        jobs.apply(new JobEvent.Finished(id, 0, 2, 17, 5, NOW));

        jobs.apply(new JobEvent.Cancelled(id, 0, NOW));
        jobs.apply(new JobEvent.Cancelled(id, 1, NOW));

        assertThat(job().images().get(0).state()).isEqualTo(ImageState.FINISHED);
        assertThat(job().images().get(0).claim()).isEqualTo(new JobImage.Claim(2, 17));
        assertThat(job().images().get(1).state()).isEqualTo(ImageState.CANCELLED);
    }

    @Test
    void aPictureThatTheDatabaseRefusedHasFailed() {
        jobs.apply(accepted(id, 1));
        jobs.apply(new JobEvent.Finished(id, 0, 2, 17, 5, NOW));

        jobs.apply(new JobEvent.Failed(id, 0, "refused", NOW, true));

        JobImage image = job().images().getFirst();
        assertThat(image.state()).isEqualTo(ImageState.FAILED);
        assertThat(image.reason()).isEqualTo("refused");
        assertThat(image.picture()).isNull();
    }

    @Test
    void aJobHasFailedWhenAllHaveEndedAndOneFailed() {
        jobs.apply(accepted(id, 2));
        jobs.apply(new JobEvent.Failed(id, 0, "no memory", NOW));
        assertThat(job().state()).isEqualTo(ImageState.STARTED);

        jobs.apply(new JobEvent.Finished(id, 1, 0, 0, 5, NOW));

        assertThat(job().state()).isEqualTo(ImageState.FAILED);
        assertThat(job().images().getFirst().reason()).isEqualTo("no memory");
    }

    @Test
    void whoeverWaitsIsWokenByTheEnd() {
        jobs.apply(accepted(id, 1));
        LiveJob live = jobs.find(id).orElseThrow();
        var end = CompletableFuture.supplyAsync(() -> live.ended(new CompletableFuture<>()));

        jobs.apply(step(id, 0, 4));
        jobs.apply(new JobEvent.Finished(id, 0, 0, 0, 5, NOW));

        assertThat(end.join()).map(Job::state).contains(ImageState.FINISHED);
    }

    @Test
    void whoeverIsGoneWaitsNoLonger() {
        jobs.apply(accepted(id, 1));
        LiveJob live = jobs.find(id).orElseThrow();
        var gone = new CompletableFuture<Void>();
        var end = CompletableFuture.supplyAsync(() -> live.ended(gone));

        gone.complete(null);

        assertThat(end.join()).isEmpty();
    }

    @Test
    void whatHasEndedIsForgottenAfterAWhile() {
        LiveJobs hasty = new LiveJobs(Settings.keeping(Duration.ofMillis(-1), 100));
        hasty.apply(accepted(id, 1));
        hasty.apply(new JobEvent.Failed(id, 0, "reason", NOW));
        UUID running = UUID.randomUUID();
        hasty.apply(accepted(running, 1));

        hasty.apply(accepted(UUID.randomUUID(), 1));

        assertThat(hasty.find(id)).isEmpty();
        assertThat(hasty.find(running)).isPresent();
    }

    @Test
    void whereThereAreManyWhatHasEndedIsForgottenAtOnceAndNothingElse() {
        LiveJobs few = new LiveJobs(Settings.keeping(Duration.ofMinutes(10), 2));
        UUID running = UUID.randomUUID();
        few.apply(accepted(running, 1));
        few.apply(accepted(id, 1));
        few.apply(new JobEvent.Failed(id, 0, "reason", NOW));
        assertThat(few.find(id)).isPresent();

        few.apply(accepted(UUID.randomUUID(), 1));
        assertThat(few.find(id)).isEmpty();

        few.apply(accepted(UUID.randomUUID(), 1));
        assertThat(few.find(running)).isPresent();
        assertThat(few.unfinished("admin")).hasSize(3);
    }

    @Test
    void whatTheLedgerTellsIsMergedWithTheEvents() {
        jobs.apply(step(id, 0, 4));
        var row = new LedgerJob.Image(0, ImageState.STARTED, null, 1, null, null);
        var other = new LedgerJob.Image(1, ImageState.FINISHED, null, 1, 3, 9L);

        jobs.adopt(new LedgerJob(id, "admin", PARAMETERS, true, NOW, List.of(row, other)));

        assertThat(job().images().get(0).step()).isEqualTo(4);
        assertThat(job().images().get(1).claim()).isEqualTo(new JobImage.Claim(3, 9));
    }

    private Job job() {
        return jobs.find(id).orElseThrow().now().job();
    }

    private static StepsDone step(UUID id, int index, int step) {
        return new StepsDone(List.of(new StepsDone.Image(id, index, step, 10, null)));
    }

    private static JobEvent.Accepted accepted(UUID id, int count) {
        return new JobEvent.Accepted(id, "admin", PARAMETERS, count, true, null, NOW);
    }
}
