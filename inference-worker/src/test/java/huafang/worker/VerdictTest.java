package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.job.Codec;
import huafang.contracts.job.ImageTask;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private final ImageTask task = QueueClient.task();

    @Test
    void aFirstDeliveryIsPainted() {
        assertThat(verdict(Codec.encode(task), 0)).isEqualTo(new Verdict.Paint(task));
    }

    @Test
    void afterADeathTheImageIsPaintedWithThatCounted() {
        var verdict = verdict(Codec.encode(task), 1);

        assertThat(verdict).isEqualTo(new Verdict.Paint(task.after(1)));
        assertThat(((Verdict.Paint) verdict).isSuspect()).isFalse();
    }

    @Test
    void afterTwoDeathsTheImageIsSuspect() {
        assertThat(new Verdict.Paint(task.after(2)).isSuspect()).isTrue();
        assertThat(verdict(Codec.encode(task.after(1)), 1))
                .isEqualTo(new Verdict.Paint(task.after(2)));
    }

    @Test
    void theThirdDeathIsTheLast() {
        assertThat(verdict(Codec.encode(task.after(2)), 0))
                .isEqualTo(new Verdict.Paint(task.after(2)));
        assertThat(verdict(Codec.encode(task.after(2)), 1))
                .isEqualTo(new Verdict.GiveUp(task.after(3)));
        assertThat(verdict(Codec.encode(task), 3)).isEqualTo(new Verdict.GiveUp(task.after(3)));
    }

    @Test
    void whatIsNoTaskIsUnreadableHoweverOftenItComes() {
        var notATask = "{\"prompt\":".getBytes(StandardCharsets.UTF_8);

        assertThat(verdict(notATask, 0)).isInstanceOf(Verdict.Unreadable.class);
        assertThat(verdict(notATask, 5)).isInstanceOf(Verdict.Unreadable.class);
        assertThat(verdict(null, 0)).isInstanceOf(Verdict.Unreadable.class);
    }

    @Test
    void aCancelledImageIsDroppedHoweverManyWorkersDied() {
        for (int deaths = 0; deaths < 5; deaths++) {
            int died = deaths;
            assertThat(
                            Verdict.of(
                                    Codec.encode(task),
                                    anyTask -> died,
                                    Instant.now(),
                                    task.key().jobId()::equals))
                    .isEqualTo(new Verdict.Drop(task));
        }
    }

    @Test
    void anImageExpiresWithItsDeadline() {
        var deadline = Instant.parse("2026-11-23T03:00:00Z");
        var hurried =
                new ImageTask(
                        task.key(),
                        task.owner(),
                        task.parameters(),
                        true,
                        0,
                        task.acceptedAt(),
                        false,
                        deadline);

        assertThat(Verdict.of(Codec.encode(hurried), any -> 0, deadline, job -> false))
                .isEqualTo(new Verdict.Paint(hurried));
        assertThat(
                        Verdict.of(
                                Codec.encode(hurried),
                                any -> 0,
                                deadline.plusMillis(1),
                                job -> false))
                .isEqualTo(new Verdict.Expired(hurried));
    }

    private static Verdict verdict(byte[] value, int deaths) {
        return Verdict.of(value, task -> deaths, Instant.now(), job -> false);
    }
}
