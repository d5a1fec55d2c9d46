package huafang.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import huafang.contracts.job.Codec;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.JobEvent.Cancelled;
import huafang.contracts.job.JobEvent.Finished;
import huafang.contracts.job.StepsDone;
import huafang.faults.Order.Ending;
import huafang.faults.Timing.Told;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What waited when, and when there was room. */
class WaitingTest {
    private static final Path ACCEPTED =
            Path.of("../../contracts/src/test/resources/golden/accepted.json");

    private final JobEvent accepted;
    private final UUID job;

    /** Two images of 8 steps, which cost 10 each, in units of a step. */
    private final Order order = new Order(null, 2, 8, 1, 1, Ending.PICTURE);

    private final double unit = order.cost() / 20;
    private final Waiting waiting;

    WaitingTest() throws IOException {
        accepted = Codec.decode(Files.readAllBytes(ACCEPTED), JobEvent.class);
        job = accepted.jobId();
        order.job().set(job);
        waiting =
                new Waiting(
                        List.of(
                                new Told(accepted, at(0)),
                                new Told(new Finished(job, 0, 0, 0, 1, at(4)), at(4)),
                                new Told(new Cancelled(job, 1, at(9)), at(9))),
                        List.of(step(0, 4, 2), step(0, 8, 5), step(1, 6, 10)),
                        List.of(order));
    }

    /** The last two are told when their images have ended. */
    private Waiting.Step step(int index, int done, int second) {
        return new Waiting.Step(new StepsDone.Image(job, index, done, 8, null), at(second));
    }

    @Test
    void theMostThatWaitedIsKnown() {
        assertThat(waiting.most()).isCloseTo(20 * unit, within(1e-9));
    }

    @Test
    void roomIsWhereStepsAreDoneImagesFinishedOrCancelled() {
        assertThat(waiting.untilRoom(at(1), 4 * unit, 20 * unit)).contains(Duration.ofSeconds(1));
        assertThat(waiting.untilRoom(at(1), 9 * unit, 20 * unit)).contains(Duration.ofSeconds(3));
        assertThat(waiting.untilRoom(at(1), 19 * unit, 20 * unit)).contains(Duration.ofSeconds(8));
    }

    private static Instant at(int second) {
        return Instant.EPOCH.plusSeconds(second);
    }
}
