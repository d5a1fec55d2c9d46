package huafang.faults;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.job.JobEvent;
import huafang.contracts.job.JobEvent.Cancelled;
import huafang.contracts.job.JobEvent.Failed;
import huafang.contracts.job.JobEvent.Finished;
import huafang.contracts.job.JobEvent.Started;
import huafang.faults.Fleet.Jump;
import huafang.faults.Order.Ending;
import huafang.faults.Order.Try;
import huafang.faults.Timing.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the events of one image tell. */
class TimingTest {
    private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");
    private static final UUID JOB = UUID.randomUUID();

    private final Order order = new Order(Fleet.OWNER, null, 1, 8, 1, 1, Ending.PICTURE, 60);
    private final List<Told> events = new ArrayList<>();

    TimingTest() {
        order.job().set(JOB);
        order.tries().add(new Try(at(-1), at(0), 202));
    }

    private static Instant at(double seconds) {
        return BEGIN.plusMillis(Math.round(1000 * seconds));
    }

    private void begun(String worker, double at) {
        tell(new Started(JOB, 0, 1, worker, at(at)), at);
    }

    private void tell(JobEvent event, double at) {
        events.add(new Told(event, at(at)));
    }

    private Timing timing() {
        return new Timing(events);
    }

    @Test
    void aCancelledImagesSlotIsFreeWhenItsWorkerSaysSoAndNotWhenTheGatewayDoes() {
        begun("a", 1);
        order.cancelledAt().set(at(2));
        tell(new Cancelled(JOB, 0, at(2.1), true), 2.1);
        tell(new Cancelled(JOB, 0, at(2.5)), 2.5);

        assertThat(timing().cancellations(List.of(order))).as("no gateway took it").isEmpty();
        order.isCancelTaken().set(true);
        assertThat(timing().cancellations(List.of(order))).containsExactly(0.1);
        assertThat(timing().slotsFreed(List.of(order))).containsExactly(0.5);
    }

    @Test
    void anImageCancelledBeforeItWasBegunTakesNoSlot() {
        order.cancelledAt().set(at(2));
        order.isCancelTaken().set(true);
        tell(new Cancelled(JOB, 0, at(2.1), true), 2.1);
        tell(new Cancelled(JOB, 0, at(9)), 9);

        assertThat(timing().slotsFreed(List.of(order))).isEmpty();
    }

    @Test
    void whatAStoppedWorkerHadIsHeldUntilItGoesOnUnlessAnotherOneBeginsIt() {
        begun("a", 1);
        var stops = Map.of("a", List.of(new Member.Stop(at(2), at(7))));
        tell(new Finished(JOB, 0, 0, 0, 1, at(8)), 8);

        assertThat(timing().stopped(stops).held()).containsExactly(6.0);
        assertThat(timing().stopped(stops).elsewhere()).isEmpty();

        begun("b", 5);

        assertThat(timing().stopped(stops).held()).isEmpty();
        assertThat(timing().stopped(stops).elsewhere()).containsExactly(3.0);
    }

    @Test
    void anImageMayExpireEarlierByNoMoreThanAWorkersClockIsAhead() {
        tell(new Failed(JOB, 0, "it had expired", at(10)), 10);

        assertThat(judge(ahead("worker", 50))).isEmpty();
        assertThat(judge(ahead("gateway", 50))).hasSize(1);
        assertThat(judge(ahead("worker", 48))).hasSize(1);
    }

    @Test
    void anImageMayBeBegunLaterByNoMoreThanTheGatewaysClockIsAhead() {
        begun("a", 140);

        assertThat(judge(new Jump("gateway", at(-2), at(1), Duration.ofSeconds(90)))).isEmpty();
        assertThat(judge(ahead("worker", 90))).hasSize(1);
    }

    private static Jump ahead(String role, int seconds) {
        return new Jump(role, at(9), at(11), Duration.ofSeconds(seconds));
    }

    private List<String> judge(Jump jump) {
        return new Deadlines(List.of(order), List.of(jump)).judge(events);
    }

    @Test
    void aGoalIsMetOrNotOrHasNoSample() {
        assertThat(new Goal("it", List.of(1.0, 1.9), 2).line())
                .endsWith("(goal: 99 % <= 2 s: met)");
        assertThat(new Goal("it", List.of(1.0, 2.1), 2).line()).endsWith(": NOT met)");
        assertThat(new Goal("it", List.of(), 2).line()).endsWith(": no sample)");
    }
}
