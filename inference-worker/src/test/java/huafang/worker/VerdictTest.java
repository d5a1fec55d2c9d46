package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.job.Codec;
import huafang.contracts.job.ImageTask;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private final ImageTask task = QueueClient.task();

    @Test
    void aFirstDeliveryIsPainted() {
        assertThat(Verdict.of(Codec.encode(task), 1)).isEqualTo(new Verdict.Paint(task));
    }

    @Test
    void afterADeathTheImageIsQueuedAgainWithThatCounted() {
        assertThat(Verdict.of(Codec.encode(task), 2))
                .isEqualTo(new Verdict.QueueAgain(task.nextAttempt()));
    }

    @Test
    void theThirdDeathIsTheLast() {
        var second = task.nextAttempt().nextAttempt();

        assertThat(Verdict.of(Codec.encode(second), 1)).isEqualTo(new Verdict.Paint(second));
        assertThat(Verdict.of(Codec.encode(second), 2))
                .isEqualTo(new Verdict.GiveUp(second.nextAttempt()));
    }

    @Test
    void whatIsNoTaskIsUnreadableHoweverOftenItComes() {
        var notATask = "{\"prompt\":".getBytes(StandardCharsets.UTF_8);

        assertThat(Verdict.of(notATask, 1)).isInstanceOf(Verdict.Unreadable.class);
        assertThat(Verdict.of(notATask, 5)).isInstanceOf(Verdict.Unreadable.class);
        assertThat(Verdict.of(null, 1)).isInstanceOf(Verdict.Unreadable.class);
    }
}
