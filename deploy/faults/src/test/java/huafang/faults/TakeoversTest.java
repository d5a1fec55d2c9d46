package huafang.faults;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.job.JobEvent.Finished;
import huafang.contracts.job.JobEvent.Started;
import huafang.faults.Timing.Death;
import huafang.faults.Timing.Told;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Worker "a" dies at 10 s, with the first image of a job in work. */
class TakeoversTest {
    private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");
    private static final UUID JOB = UUID.randomUUID();

    private final List<Told> events = new ArrayList<>();

    TakeoversTest() {
        begun(0, "a", 9);
    }

    private static Instant at(double seconds) {
        return BEGIN.plusMillis(Math.round(1000 * seconds));
    }

    private void begun(int index, String worker, double at) {
        events.add(new Told(new Started(JOB, index, 1, worker, at(at)), at(at)));
    }

    private Takeovers.Found found(List<Instant> endsOfOther) {
        return new Takeovers(new Timing(events), Map.of("a", List.of(at(10)), "b", endsOfOther))
                .after(List.of(new Death("a", at(10))));
    }

    @Test
    void aWorkerThatHasBegunImagesSinceItStartedCouldTakeThoseOfADeadOne() {
        begun(1, "b", 8);
        begun(0, "b", 12);

        assertThat(found(List.of(at(7))).elsewhere()).containsExactly(2.0);
        assertThat(found(List.of(at(13))).elsewhere()).as("dead later").containsExactly(2.0);
        assertThat(found(List.of(at(9))).later()).as("not there again").containsExactly(2.0);
        assertThat(found(List.of(at(11))).later()).as("dead as well").containsExactly(2.0);
    }

    @Test
    void aWorkerThatLivedForLongEnoughExcusesNobody() {
        begun(1, "b", 8);
        begun(0, "a", 60);

        assertThat(found(List.of(at(16))).elsewhere()).containsExactly(50.0);
        assertThat(found(List.of(at(14))).later()).containsExactly(50.0);
    }

    @Test
    void whatHadEndedOrWasAnothersIsNoTakeover() {
        begun(1, "b", 8);
        begun(1, "b", 12);
        events.add(new Told(new Finished(JOB, 0, 0, 0, 1, at(9.5)), at(9.5)));
        begun(0, "b", 12);

        assertThat(found(List.of()).elsewhere()).isEmpty();
        assertThat(found(List.of()).later()).isEmpty();
    }
}
