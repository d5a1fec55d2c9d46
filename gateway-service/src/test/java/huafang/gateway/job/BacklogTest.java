package huafang.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Rng;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.Scheduler;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.StepsDone;
import huafang.gateway.Models;
import huafang.gateway.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final Instant NOW = Instant.parse("2026-11-23T03:00:00Z");

    /** 12 step-megapixels: ten steps and what comes around them. */
    private static final GenerationParameters IMAGE =
            new GenerationParameters(
                    "sea",
                    "",
                    1000,
                    1000,
                    10,
                    Sampler.EULER,
                    Scheduler.AUTOMATIC,
                    7,
                    1,
                    Rng.NV,
                    Models.DEMO.model());

    private final LiveJobs live = new LiveJobs(Settings.allowing(100, 50));
    private final Backlog backlog = new Backlog(live, Settings.allowing(100, 50));

    @Test
    void anOwnerMayHaveSoMuchWaitingAndAnotherOneStillAsks() {
        accept("ada", 3);

        assertThatCode(() -> admit("ada", 1)).doesNotThrowAnyException();
        assertThat(refusal("ada", 2))
                .hasMessage(
                        "Too much is waiting: you have 36 step-megapixels in work, this job has 24 more,"
                                + " and 50 are allowed; try again later, or ask for less.");
        assertThatCode(() -> admit("bea", 4)).doesNotThrowAnyException();
    }

    @Test
    void allTogetherMayHaveSoMuchWaiting() {
        accept("ada", 4);
        accept("bea", 4);

        assertThat(refusal("eve", 1)).hasMessageContaining("the queue has 96 step-megapixels");
    }

    @Test
    void whoeverHasNothingWaitingMayAskForALargeJob() {
        assertThatCode(() -> admit("ada", 1000)).doesNotThrowAnyException();
    }

    @Test
    void whatIsDoneOrCancelledMakesRoomAgain() {
        UUID job = accept("ada", 4);
        assertThat(refusal("ada", 1)).isNotNull();

        live.apply(new JobEvent.Cancelled(job, 0, NOW));
        assertThatCode(() -> admit("ada", 1)).doesNotThrowAnyException();
        live.apply(new StepsDone(List.of(new StepsDone.Image(job, 1, 10, 10, null))));
        assertThatCode(() -> admit("ada", 1)).doesNotThrowAnyException();
    }

    @Test
    void whenToComeAgainFollowsFromHowFastTheWorkersAre() {
        UUID job = accept("ada", 6);
        assertThat(refusal("ada", 1).retryAfter()).contains(Duration.ofMinutes(1));

        live.apply(new JobEvent.Finished(job, 0, 0, 0, 24_000, NOW));
        assertThat(refusal("ada", 1).retryAfter()).contains(Duration.ofSeconds(2 * (60 + 12 - 50)));

        live.apply(new JobEvent.Started(job, 1, 1, "one", NOW));
        live.apply(new JobEvent.Started(job, 2, 1, "two", NOW));
        assertThat(refusal("ada", 1).retryAfter()).contains(Duration.ofSeconds(60 + 12 - 50));
    }

    @Test
    void whereOthersWaitAnOwnersShareOfTheWorkersCounts() {
        UUID job = accept("ada", 4);
        accept("ada", 1);
        accept("bea", 4);
        live.apply(new JobEvent.Finished(job, 0, 0, 0, 12_000, NOW)); // 1 in a second

        // Half of what waits is hers.
        assertThat(refusal("ada", 1).retryAfter()).contains(Duration.ofSeconds((48 - 50 + 12) * 2));
        assertThat(refusal("eve", 3).retryAfter()).contains(Duration.ofSeconds(96 + 36 - 100));
    }

    /** As many as one replica may have to count while it answers many a second. */
    @Test
    void whatWaitsIsNotCountedAnewForEachRequest() {
        var many = Settings.allowing(1e9, 1e9);
        var live = new LiveJobs(many);
        for (int i = 0; i < 20_000; i++) {
            UUID job = UUID.randomUUID();
            live.apply(new JobEvent.Accepted(job, "ada", IMAGE, 1, true, null, NOW));
        }

        Instant start = Instant.now();
        for (int i = 0; i < 20_000; i++) {
            assertThat(live.load("bea").all()).isEqualTo(20_000 * 12);
        }
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void noMoreJobsAreAcceptedThanAreKept() {
        var few = Settings.keeping(Duration.ofMinutes(10), 2);
        var live = new LiveJobs(few);
        var backlog = new Backlog(live, few);
        for (int i = 0; i < 2; i++) {
            backlog.requireRoom("ada", IMAGE, 1).close();
            live.apply(new JobEvent.Accepted(UUID.randomUUID(), "ada", IMAGE, 1, true, null, NOW));
        }

        assertThat(
                        catchThrowableOfType(
                                ProblemException.class, () -> backlog.requireRoom("eve", IMAGE, 1)))
                .hasMessageStartingWith("Too many jobs are waiting: 2 are");
    }

    @Test
    void ofJobsThatComeAtOnceEachCountsForTheNext() {
        try (var first = backlog.requireRoom("ada", IMAGE, 3);
                var second = backlog.requireRoom("ada", IMAGE, 1)) {
            assertThat(first.before()).isZero();
            assertThat(second.before()).isEqualTo(3);
            assertThat(refusal("ada", 1)).hasMessageContaining("you have 48 step-megapixels");
        }

        accept("ada", 2);
        try (var third = backlog.requireRoom("ada", IMAGE, 2)) {
            assertThat(third.before()).isEqualTo(2);
        }
    }

    /** One after the other: the room is given back, and nothing comes. */
    private void admit(String owner, int images) {
        backlog.requireRoom(owner, IMAGE, images).close();
    }

    private ProblemException refusal(String owner, int images) {
        return catchThrowableOfType(
                ProblemException.class, () -> backlog.requireRoom(owner, IMAGE, images));
    }

    private UUID accept(String owner, int images) {
        UUID job = UUID.randomUUID();
        live.apply(new JobEvent.Accepted(job, owner, IMAGE, images, true, null, NOW));
        return job;
    }
}
