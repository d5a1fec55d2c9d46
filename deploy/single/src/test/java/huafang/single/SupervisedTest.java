package huafang.single;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SupervisedTest {
    @TempDir Path folder;
    private final BlockingQueue<ProcessHandle> started = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();

    @Test
    void whatIsKilledIsStartedAgainAndReportedOnce() throws Exception {
        var part = supervised("sleep", "300");
        part.start();
        part.watch();
        var first = started.poll(10, TimeUnit.SECONDS);

        first.destroyForcibly();

        var second = started.poll(10, TimeUnit.SECONDS);
        assertThat(second.isAlive()).isTrue();
        assertThat(reports).containsExactly("worker ended (exit 137) and is started again");
        part.end();
        assertThat(second.isAlive()).isFalse();
        assertThat(started.poll(1, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void thePauseGrowsUpToHalfAMinute() {
        assertThat(Supervised.next(Duration.ofMillis(500))).isEqualTo(Duration.ofSeconds(1));
        assertThat(Supervised.next(Duration.ofSeconds(20))).isEqualTo(Duration.ofSeconds(30));
    }

    private Supervised supervised(String... command) {
        var program =
                new Part.Program(
                        "worker",
                        List.of(command),
                        Map.of(),
                        folder.resolve("worker.log"),
                        new Part.Listens(1),
                        5);
        return new Supervised(program, (name, process) -> started.add(process), reports::add);
    }
}
