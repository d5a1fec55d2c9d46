package huafang.faults;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.job.JobEvent;
import huafang.contracts.job.JobEvent.Failed;
import huafang.contracts.job.JobEvent.Started;
import huafang.faults.Order.Ending;
import huafang.faults.Timing.Death;
import huafang.faults.Timing.Told;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BlameTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final UUID JOB = UUID.randomUUID();

    private final List<Told> events = new ArrayList<>();

    @Test
    void deathsOfWorkersThatHadBegunTheImageAreNoFinding() {
        start(1, 0);
        start(2, 10);
        start(3, 20);
        giveUp(30);

        assertThat(findings(Ending.PICTURE, 5, 15, 25)).isEmpty();
    }

    @Test
    void theFirstBeginningMayBeLostWithItsWorker() {
        start(2, 10);
        start(3, 20);
        giveUp(30);

        assertThat(findings(Ending.PICTURE, 15, 25)).isEmpty();
    }

    @Test
    void aDeathOfAWorkerThatOnlyHeldTheImageIsAFinding() {
        start(1, 0);
        start(2, 10);
        giveUp(30);

        assertThat(findings(Ending.PICTURE, 5, 15, 25))
                .singleElement()
                .asString()
                .contains(JOB.toString(), "3 deaths");
        assertThat(findings(Ending.EXIT, 5, 15, 25)).as("it kills").isEmpty();
    }

    @Test
    void anAttemptWhoseWorkerLivedOnIsAFinding() {
        start(1, 0);
        start(2, 10);
        start(3, 20);
        giveUp(30);

        assertThat(findings(Ending.PICTURE, 5, 15)).hasSize(1);
        assertThat(findings(Ending.PICTURE, 5, 15, 60)).as("it died later").hasSize(1);
    }

    private void start(int attempt, int second) {
        tell(new Started(JOB, 0, attempt, "worker-1", NOON), second);
    }

    private void giveUp(int second) {
        tell(new Failed(JOB, 0, "3 workers died over this image; it is kept.", NOON), second);
    }

    private void tell(JobEvent event, int second) {
        events.add(new Told(event, NOON.plusSeconds(second)));
    }

    private List<String> findings(Ending ending, int... deaths) {
        var order = Order.single(4, 10, 1, ending);
        order.job().set(JOB);
        List<Death> all = new ArrayList<>();
        for (int second : deaths) {
            all.add(new Death("worker-1", NOON.plusSeconds(second)));
        }
        return new Blame(events, all).forNothing(List.of(order));
    }
}
