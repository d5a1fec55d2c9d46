package huafang.faults;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.faults.Idleness.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Workers idle in vain while an image waits, and only then. */
class IdlenessTest {
    private static final int WORKERS = 2;

    @Test
    void anImageThatIsBegunAtOnceWaitsForNobody() {
        assertThat(Idleness.longest(List.of(run("a", 0, 0, 10), run("b", 5, 5, 20)), WORKERS))
                .isZero();
    }

    @Test
    void anImageMayWaitWhileAllWorkersAreBusy() {
        var runs = List.of(run("a", 0, 0, 10), run("b", 0, 0, 20), run("a", 1, 10, 30));

        assertThat(Idleness.longest(runs, WORKERS)).isZero();
    }

    @Test
    void anImageThatWaitsBesideAnIdleWorkerIsNoticed() {
        var runs = List.of(run("a", 0, 0, 10), run("b", 2, 10, 30), run("a", 40, 43, 50));

        assertThat(Idleness.longest(runs, WORKERS)).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void whatImagesWaitOneAfterTheOtherIsOneTime() {
        var runs = List.of(run("a", 0, 4, 10), run("b", 3, 6, 10));

        assertThat(Idleness.longest(runs, WORKERS)).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void aWorkerWithTwoImagesIsNotTwoWorkers() {
        var runs = List.of(run("a", 0, 0, 10), run("a", 0, 0, 10), run("b", 1, 9, 10));

        assertThat(Idleness.longest(runs, WORKERS)).isEqualTo(Duration.ofSeconds(8));
    }

    private static Run run(String worker, int asked, int begun, int ended) {
        return new Run(worker, at(asked), at(begun), at(ended));
    }

    private static Instant at(int second) {
        return Instant.EPOCH.plusSeconds(second);
    }
}
