package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.worker.Residents.Lent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Models of 10 bytes, of which two have room. */
@Timeout(60)
class ResidentsTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final Shelf shelf = new Shelf();
    private final ExecutorService images = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        images.shutdownNow();
    }

    /** Tells what is loaded and closed. */
    private static final class Shelf implements Residents.Source<String, String> {
        private final List<String> history = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger shortages = new AtomicInteger();
        private final Map<String, CountDownLatch> slow = new ConcurrentHashMap<>();

        @Override
        public String load(String key) {
            history.add("load " + key);
            if (key.equals("large") && shortages.decrementAndGet() >= 0) {
                throw new IllegalStateException("CUDA failure 2: out of memory");
            }
            if (key.equals("broken")) {
                throw new IllegalStateException("broken");
            }
            try {
                slow.getOrDefault(key, new CountDownLatch(0)).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return "model " + key;
        }

        @Override
        public long bytes(String key) {
            return 10;
        }

        @Override
        public void close(String model) {
            history.add("close " + model);
        }
    }

    @Test
    void whatFitsStaysAndWhoWasIdleLongestMakesRoom() {
        var models = models(LONG);
        for (String key : List.of("a", "b", "a", "c", "a", "b")) {
            lend(models, key).close();
        }

        assertThat(shelf.history)
                .containsExactly(
                        "load a", "load b", "close model b", "load c", "close model c", "load b");
    }

    @Test
    void manyWhoAskForAModelAtOnceHaveItLoadedOnce() throws Exception {
        var models = models(LONG);
        shelf.slow.put("a", new CountDownLatch(1));
        List<Future<String>> asked = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            asked.add(images.submit(() -> lend(models, "a").get("a")));
        }
        Thread.sleep(100);
        shelf.slow.get("a").countDown();

        for (Future<String> each : asked) {
            assertThat(each.get()).isEqualTo("model a");
        }
        assertThat(shelf.history).containsExactly("load a");
    }

    @Test
    void whileAModelLoadsOthersGoOn() throws Exception {
        var models = models(Duration.ZERO);
        lend(models, "a").close();
        shelf.slow.put("b", new CountDownLatch(1));
        var loading = images.submit(() -> lend(models, "b"));
        awaitHistory("load b");
        var alsoWaiting = images.submit(() -> lend(models, "b"));

        lend(models, "a").close();

        assertThat(loading.isDone()).isFalse();
        shelf.slow.get("b").countDown();
        assertThat(loading.get().get("b")).isEqualTo("model b");
        assertThat(alsoWaiting.get().get("b")).isEqualTo("model b");
    }

    @Test
    void whatIsInUseIsNotClosed() throws Exception {
        var models = models(LONG);
        var a = lend(models, "a");
        var b = lend(models, "b");
        var c = images.submit(() -> lend(models, "c"));
        assertThatThrownBy(() -> c.get(200, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);

        b.close();

        assertThat(c.get().get("c")).isEqualTo("model c");
        assertThat(shelf.history).containsExactly("load a", "load b", "close model b", "load c");
        a.close();
    }

    @Test
    void newcomersOfAModelThatIsThereDoNotStarveWhoNeedsItsRoom() throws Exception {
        var models = models(Duration.ZERO);
        var both = models.lend(Set.of("a", "b"), () -> true);
        var c = images.submit(() -> lend(models, "c"));
        Thread.sleep(200);
        var newcomer = images.submit(() -> lend(models, "a"));
        assertThatThrownBy(() -> newcomer.get(200, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);

        both.close();

        c.get().close();
        assertThat(newcomer.get().get("a")).isEqualTo("model a");
    }

    @Test
    void butForAWhileTheyMayGoFirst() throws Exception {
        var models = models(LONG);
        var both = models.lend(Set.of("a", "b"), () -> true);
        var c = images.submit(() -> lend(models, "c"));
        Thread.sleep(200);

        lend(models, "a").close();

        assertThat(c.isDone()).isFalse();
        both.close();
        c.get().close();
    }

    @Test
    void anImageThatNeedsMoreThanTheBoundIsServedAlone() throws Exception {
        var models = models(LONG);
        var large = models.lend(Set.of("a", "b", "c"), () -> true);
        var other = images.submit(() -> lend(models, "d"));
        assertThatThrownBy(() -> other.get(200, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);

        large.close();

        assertThat(other.get().get("d")).isEqualTo("model d");
    }

    @Test
    void whoIsNotWantedAnyMoreWaitsNoLonger() throws Exception {
        var models = models(LONG);
        var both = models.lend(Set.of("a", "b"), () -> true);
        var wanted = new AtomicBoolean(true);
        var c = images.submit(() -> models.lend(Set.of("c"), wanted::get));
        Thread.sleep(100);
        wanted.set(false);

        assertThatThrownBy(c::get).hasCauseInstanceOf(CancellationException.class);
        both.close();
        lend(models, "d").close();
        assertThat(shelf.history).doesNotContain("load c");
    }

    @Test
    void aModelThatCannotBeLoadedFailsWhoAskedAndNobodyElse() {
        var models = models(LONG);
        lend(models, "a").close();

        assertThatThrownBy(() -> models.lend(Set.of("a", "broken"), () -> true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
        models.lend(Set.of("a", "b"), () -> true).close();
        models.close();

        assertThat(shelf.history).contains("close model a", "close model b");
    }

    @Test
    void whereMemoryRunsOutIdleModelsMakeRoom() {
        var models = new Residents<>(shelf, 1000, LONG);
        lend(models, "a").close();
        shelf.shortages.set(1);

        assertThat(lend(models, "large").get("large")).isEqualTo("model large");

        assertThat(shelf.history)
                .containsExactly("load a", "load large", "close model a", "load large");
    }

    @Test
    void whereTheyAreAllInUseWhoNeedsMemoryWaitsForOneAndFailsAlone() throws Exception {
        var models = new Residents<>(shelf, 1000, LONG);
        var a = lend(models, "a");
        shelf.shortages.set(1);
        var large = images.submit(() -> lend(models, "large"));
        awaitHistory("load large");
        assertThatThrownBy(() -> large.get(200, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);

        a.close();

        large.get().close();
        assertThat(models.closeIdle()).isTrue();
        assertThat(models.closeIdle()).isFalse();
        shelf.shortages.set(1);
        assertThatThrownBy(() -> lend(models, "large")).hasMessageContaining("out of memory");
    }

    @Test
    void modelsThatAreLoadedTogetherDoNotMakeRoomForOneAnother() {
        var models = new Residents<>(shelf, 1000, LONG);
        lend(models, "a").close();
        lend(models, "b").close();
        shelf.shortages.set(1);

        var both = models.lend(Set.of("a", "large"), () -> true);

        assertThat(both.get("a")).isEqualTo("model a");
        assertThat(shelf.history).contains("close model b").doesNotContain("close model a");
    }

    private Residents<String, String> models(Duration patience) {
        return new Residents<>(shelf, 20, patience);
    }

    private static Lent<String, String> lend(Residents<String, String> models, String key) {
        return models.lend(Set.of(key), () -> true);
    }

    private void awaitHistory(String event) throws InterruptedException {
        while (!shelf.history.contains(event)) {
            Thread.sleep(5);
        }
    }
}
