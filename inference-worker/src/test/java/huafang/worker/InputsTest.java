package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.generation.InputPicture;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InputsTest {
    /** Else its worker would be thought to hang, however well it is. */
    @Test
    void whoWaitsForAnothersPictureIsAskedWhetherItIsWanted() throws Exception {
        var inputs = new Inputs(Map.of("bootstrap.servers", "127.0.0.1:1"));
        var asked = new AtomicInteger();
        var picture = new InputPicture(0, 0, 1, "ab".repeat(32), "cd".repeat(16));
        for (int i = 0; i < 2; i++) {
            CompletableFuture.runAsync(
                    () -> inputs.read(picture, () -> asked.incrementAndGet() < 5),
                    Thread::startVirtualThread);
        }
        var third =
                CompletableFuture.supplyAsync(
                        () -> inputs.read(picture, () -> asked.incrementAndGet() < 5),
                        Thread::startVirtualThread);

        var problem = third.handle((pixels, e) -> e).get();

        assertThat(problem)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(CancellationException.class);
    }
}
