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
        assertThat(verdict(Codec.encode(task), 1)).isEqualTo(new Verdict.Paint(task));
    }

    @Test
    void afterADeathTheImageIsQueuedAgainWithThatCounted() {
        assertThat(verdict(Codec.encode(task), 2))
                .isEqualTo(new Verdict.QueueAgain(task.nextAttempt()));
    }

    @Test
    void theThirdDeathIsTheLast() {
        var second = task.nextAttempt().nextAttempt();

        assertThat(verdict(Codec.encode(second), 1)).isEqualTo(new Verdict.Paint(second));
        assertThat(verdict(Codec.encode(second), 2))
                .isEqualTo(new Verdict.GiveUp(second.nextAttempt()));
    }

    @Test
    void whatIsNoTaskIsUnreadableHoweverOftenItComes() {
        var notATask = "{\"prompt\":".getBytes(StandardCharsets.UTF_8);

        assertThat(verdict(notATask, 1)).isInstanceOf(Verdict.Unreadable.class);
        assertThat(verdict(notATask, 5)).isInstanceOf(Verdict.Unreadable.class);
        assertThat(verdict(null, 1)).isInstanceOf(Verdict.Unreadable.class);
    }

    @Test
    void aCancelledImageIsDroppedHoweverManyWorkersDied() {
        for (int deliveries = 1; deliveries <= 5; deliveries++) {
            assertThat(Verdict.of(Codec.encode(task), deliveries, task.key().jobId()::equals))
                    .isEqualTo(new Verdict.Drop(task));
        }
    }

    private static Verdict verdict(byte[] value, int deliveries) {
        return Verdict.of(value, deliveries, job -> false);
    }
}
