package huafang.faults;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.broker.Lane;
import huafang.contracts.job.ImageKey;
import huafang.contracts.job.JobEvent.Finished;
import huafang.contracts.job.JobEvent.Started;
import huafang.faults.Takeovers.Life;
import huafang.faults.Takeovers.Place;
import huafang.faults.Timing.Death;
import huafang.faults.Timing.Told;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Worker "a" dies at 10 s, with the first image of a job in work. */
class TakeoversTest {
    private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");
    private static final UUID JOB = UUID.randomUUID();

    private final List<Told> events = new ArrayList<>();
    private final List<Life> lives = new ArrayList<>();
    private final Map<ImageKey, Place> places = new HashMap<>();

    TakeoversTest() {
        lives.add(life("a", -100, 10));
        begun(0, "a", 9);
    }

    private static Instant at(double seconds) {
        return BEGIN.plusMillis(Math.round(1000 * seconds));
    }

    private static Life life(String worker, double ready, double to) {
        return new Life(worker, at(ready - 5), at(ready), at(to));
    }

    private void begun(int index, String worker, double at) {
        events.add(new Told(new Started(JOB, index, 1, worker, at(at)), at(at)));
        places.putIfAbsent(new ImageKey(JOB, index), new Place(Lane.INTERACTIVE, false));
    }

    private void finished(int index, double at) {
        events.add(new Told(new Finished(JOB, index, 0, 0, 1, at(at)), at(at)));
    }

    private Takeovers.Found found() {
        return new Takeovers(new Timing(events), lives, places, 1)
                .after(List.of(new Death("a", at(10))));
    }

    @Test
    void anImageIsWaitedForInVainWhileAnotherWorkersSlotIsFree() {
        lives.add(life("b", -100, 100));
        begun(1, "b", 8);
        finished(1, 11);
        begun(0, "b", 12.5);

        assertThat(found().all()).containsExactly(2.5);
        assertThat(found().wasted()).containsExactly(1.5);

        places.put(new ImageKey(JOB, 1), new Place(Lane.BULK, false));
        assertThat(found().wasted()).as("another lane's slot was taken").containsExactly(2.5);
    }

    @Test
    void aWorkerIsThereSinceItFirstBeganAnImageOrAMomentAfterItWasReady() {
        lives.add(life("b", 18, 100));
        begun(0, "b", 30);
        assertThat(found().wasted()).containsExactly(10.0);

        begun(1, "b", 19);
        places.put(new ImageKey(JOB, 1), new Place(Lane.BULK, false));
        assertThat(found().wasted()).containsExactly(11.0);
    }

    @Test
    void anImageThatWasNotQueuedAgainIsTheNext() {
        lives.add(life("b", -100, 100));
        begun(1, "b", 8);
        finished(1, 10.5);
        begun(2, "b", 10.5);
        finished(2, 14);
        begun(3, "b", 14);
        finished(3, 19);
        begun(0, "b", 19);

        assertThat(found().wasted()).as("the second one was on its way").containsExactly(5.0);
        places.put(new ImageKey(JOB, 0), new Place(Lane.INTERACTIVE, true));
        assertThat(found().wasted()).containsExactly(0.0);
    }

    @Test
    void aWorkerThatDiesAsWellIsNotThere() {
        lives.add(life("b", -100, 11));
        lives.add(new Life("a", at(11), Instant.MAX, at(100)));
        begun(1, "b", 9);
        begun(0, "a", 12);

        assertThat(found().all()).containsExactly(2.0);
        assertThat(found().wasted()).containsExactly(0.0);
    }

    @Test
    void anImageThatTwoWorkersDiedOverIsToldApart() {
        lives.add(life("b", -100, 100));
        events.add(new Told(new Started(JOB, 0, 3, "b", at(17)), at(17)));

        assertThat(found().wasted()).isEmpty();
        assertThat(found().alone()).containsExactly(7.0);
    }

    @Test
    void noSlotIsFreeWhileAnotherImageIsPaintedAlone() {
        lives.add(life("b", -100, 100));
        places.put(new ImageKey(JOB, 1), new Place(Lane.BULK, false));
        events.add(new Told(new Started(JOB, 1, 3, "b", at(8)), at(8)));
        finished(1, 16);
        begun(0, "b", 16.5);

        assertThat(found().wasted()).containsExactly(0.5);
    }

    @Test
    void whatHadEndedIsNoTakeover() {
        lives.add(life("b", -100, 100));
        finished(0, 9.5);
        begun(0, "b", 12);

        assertThat(found().all()).isEmpty();
    }
}
