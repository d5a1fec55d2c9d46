package huafang.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.adapter.Adapters;
import huafang.engine.adapter.Lora;
import huafang.engine.network.GoldenWeights;
import huafang.engine.network.Networks;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LoadedAdaptersTest {
    private final List<String> read = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final LoadedAdapters loaded = new LoadedAdapters(this::read);

    private Adapters read(List<Lora> loras) {
        read.add("" + loras.getFirst().file());
        if (loras.getFirst().file().endsWith("slow")) {
            begun.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return changes(8);
    }

    private static Adapters changes(int numbers) {
        var both = FloatBuffer.allocate(numbers);
        return new Adapters(Map.of("w", new Adapters.Change(1, both, both)));
    }

    private static LoadedAdapters.Key key(String... files) {
        return new LoadedAdapters.Key(
                List.of(files).stream().map(file -> new Lora(Path.of(file), 1, 1)).toList());
    }

    @Test
    void whileOneIsReadOthersGoOn() throws Exception {
        Adapters known = loaded.of(key("known"), () -> true);
        var slow = CompletableFuture.supplyAsync(() -> loaded.of(key("slow"), () -> true));
        begun.await();

        assertThat(loaded.of(key(), () -> true)).as("nothing").isSameAs(Adapters.NONE);
        assertThat(loaded.of(key("known"), () -> true)).isSameAs(known);
        List<String> signs = Collections.synchronizedList(new ArrayList<>());
        assertThatThrownBy(() ->
                        loaded.of(
                                key("other"),
                                () -> {
                                    signs.add("alive");
                                    return signs.size() < 2;
                                }))
                .isInstanceOf(CancellationException.class);
        var same = CompletableFuture.supplyAsync(() -> loaded.of(key("slow"), () -> true));
        released.countDown();

        assertThat(same.get()).isSameAs(slow.get());
        assertThat(read).containsExactly("known", "slow");
    }

    /** Adapters alone are told apart by being the same ones, not by their numbers. */
    @Test
    void picturesWithTheSameShareCallsAndWithOthersDoNot(@TempDir Path folder) {
        Adapters first = loaded.of(key("a", "b"), () -> true);
        Adapters other = loaded.of(key("b", "a"), () -> true);
        try (var networks = Networks.load(GoldenWeights.write(folder, "over", "64x64"))) {
            var predictor = networks.predictor(first);

            assertThat(networks.predictor(loaded.of(key("a", "b"), () -> true)))
                    .isEqualTo(predictor)
                    .hasSameHashCodeAs(predictor);
            assertThat(networks.predictor(other)).isNotEqualTo(predictor);
            assertThat(networks.predictor(Adapters.NONE)).isNotEqualTo(predictor);
            assertThat(networks.wrapped().predictor(first)).isNotEqualTo(predictor);
        }
    }

    @Test
    void anIdleCheckpointKeepsSmallOnesAlone() {
        assertThat(changes(100).bytes()).isEqualTo(800);
        assertThat(LoadedAdapters.isKept(changes(100))).isTrue();
        assertThat(LoadedAdapters.isKept(changes((1 << 25) + 1))).isFalse();
    }
}
