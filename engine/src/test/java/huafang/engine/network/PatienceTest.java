package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PatienceTest {
    private static final String SHORTAGE = "CUDA failure 2: out of memory";

    private final Patience patience = new Patience(50);
    private final AtomicInteger tries = new AtomicInteger();
    private volatile int taken;

    /** Finds memory once nobody has taken any. */
    private String work() {
        tries.incrementAndGet();
        if (taken > 0) {
            throw new IllegalStateException(SHORTAGE);
        }
        return "done";
    }

    @Test
    void whoFindsNoMemoryWhileAnotherHasItTriesAgainWhenThatHasEnded() throws Exception {
        var waiting = new Patience(60_000);
        taken = 1;
        var begun = new CountDownLatch(1);
        var released = new CompletableFuture<String>();
        var other =
                CompletableFuture.supplyAsync(() ->
                        waiting.counted(() -> {
                            begun.countDown();
                            released.join();
                            taken = 0;
                            return "other";
                        }));
        begun.await();
        var first = CompletableFuture.supplyAsync(() -> waiting.call(this::work));
        while (tries.get() == 0) {
            Thread.sleep(1);
        }
        released.complete("");

        assertThat(first.get()).isEqualTo("done");
        assertThat(tries).hasValue(2);
        assertThat(other.get()).isEqualTo("other");
    }

    @Test
    void whoKeepsMemoryThatNobodyUsesGivesItBack() {
        taken = 2;
        Patience.Keeper keeper =
                patience.add(() -> {
                    taken = taken - 1;
                    return true;
                });
        assertThat(patience.call(this::work)).isEqualTo("done");
        keeper.close();
        assertThat(tries).hasValue(3);

        taken = 1;
        assertThatThrownBy(() -> patience.call(this::work))
                .as("not asked any more")
                .hasMessage(SHORTAGE);
    }

    @Test
    void whoIsAloneFailsAtOnceAndWhoIsNotAfterSomeTries() {
        taken = 1;
        assertThatThrownBy(() -> patience.call(this::work)).hasMessage(SHORTAGE);
        assertThat(tries).hasValue(1);

        assertThatThrownBy(() -> patience.counted(() -> patience.call(this::work)))
                .hasMessage(SHORTAGE);
        assertThat(tries).hasValue(6);
    }

    @Test
    void anotherFailureIsNotTriedAgain() {
        assertThatThrownBy(() ->
                        patience.counted(() ->
                                patience.call(() -> {
                                    tries.incrementAndGet();
                                    throw new IllegalStateException("Invalid input");
                                })))
                .hasMessage("Invalid input");
        assertThat(tries).hasValue(1);
    }
}
