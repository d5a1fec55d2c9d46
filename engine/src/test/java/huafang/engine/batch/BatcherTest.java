package huafang.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.sampling.Conditioning;
import huafang.engine.sampling.NoisePredictor;
import huafang.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a network that does what a test's script says, and tells what it was asked. */
@Timeout(60)
class BatcherTest {
    private final ExecutorService images = Executors.newVirtualThreadPerTaskExecutor();
    private final Batcher batcher = new Batcher(true, Optional::empty);
    private final Scripted network = new Scripted();

    @AfterEach
    void close() {
        network.open();
        images.close();
    }

    /** Gives each number of a row the row's timestep. */
    private static final class Scripted implements NoisePredictor {
        private final List<List<Float>> calls = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch gate = new CountDownLatch(1);
        private volatile int mostRows = Integer.MAX_VALUE;
        private volatile float poison = Float.NaN;
        private volatile long millis;

        @Override
        public Tensor predict(Tensor x, float[] timesteps, Conditioning conditioning) {
            List<Float> call = new ArrayList<>();
            for (float timestep : timesteps) {
                call.add(timestep);
            }
            calls.add(call);
            await();
            if (timesteps.length > mostRows) {
                throw new IllegalStateException(
                        "ONNX Runtime cannot run it: CUDA failure 2: out of memory ; GPU=0");
            }
            Tensor answer = Tensor.zeros(x.shape());
            int row = answer.data().length / timesteps.length;
            for (int i = 0; i < answer.data().length; i++) {
                answer.data()[i] = timesteps[i / row];
            }
            if (call.contains(poison)) {
                throw new IllegalStateException("poison");
            }
            return answer;
        }

        private void await() {
            try {
                gate.await();
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void open() {
            gate.countDown();
        }
    }

    @Test
    void imagesThatWaitShareTheNextCallAndEachGetsItsRows() throws Exception {
        var first = ask(1);
        var second = ask(2, 3);
        var third = ask(4);
        network.open();

        assertThat(first.get()).containsExactly(1);
        assertThat(second.get()).containsExactly(2, 3);
        assertThat(third.get()).containsExactly(4);
        assertThat(network.calls.getFirst()).containsExactly(1f);
        // The limit begins at two rows.
        assertThat(network.calls.subList(1, 3)).containsExactlyInAnyOrder(rows(2, 3), rows(4));
    }

    @Test
    void whereRowsDoNotRunTogetherEveryRowIsACallOfItsOwn() throws Exception {
        var alone = new Batcher(false, Optional::empty);
        var first = ask(alone, 1);
        var second = ask(alone, 2, 3);
        network.open();

        assertThat(first.get()).containsExactly(1);
        assertThat(second.get()).containsExactly(2, 3);
        assertThat(network.calls).allMatch(call -> call.size() == 1);
    }

    @Test
    void rowsThatDoNotFitRunInHalvesAndNobodysImageFails() throws Exception {
        network.mostRows = 2;
        network.open();

        assertThat(ask(1, 2, 3, 4, 5).get()).containsExactly(1, 2, 3, 4, 5);
        network.mostRows = 1;
        assertThat(ask(6, 7).get()).containsExactly(6, 7);
        int before = network.calls.size();
        assertThat(ask(8, 9).get()).containsExactly(8, 9);

        assertThat(network.calls.subList(before, network.calls.size()))
                .as("the limit is remembered")
                .containsExactly(rows(8), rows(9));
    }

    @Test
    void aSingleRowThatDoesNotFitFailsWithASentence() {
        network.mostRows = 0;
        network.open();

        assertThatThrownBy(() -> ask(1).get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "too little memory on the device for one step of a picture whose latents are [1, 4, 2, 2]");
    }

    @Test
    void whoMakesACallFailFailsAlone() throws Exception {
        network.poison = 3;
        var first = ask(1);
        var second = ask(2);
        var poisonous = ask(3);
        network.open();

        assertThat(first.get()).containsExactly(1);
        assertThat(second.get()).containsExactly(2);
        assertThatThrownBy(poisonous::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("poison");
        assertThat(network.calls).contains(rows(2, 3));
        assertThat(ask(4).get()).as("and the batcher lives on").containsExactly(4);
    }

    @Test
    void whatIsNotWantedAnyMoreIsNotRunAndOthersHaveItsPlace() throws Exception {
        var wanted = new AtomicBoolean(true);
        var first = ask(1);
        var unwanted = submit(batcher.shared(network, Priority.INTERACTIVE, wanted::get), 2);
        var third = ask(3);
        var fourth = ask(4);
        wanted.set(false);
        network.open();

        assertThat(first.get()).containsExactly(1);
        assertThatThrownBy(unwanted::get).hasCauseInstanceOf(CancellationException.class);
        assertThat(third.get()).containsExactly(3);
        assertThat(fourth.get()).containsExactly(4);
        assertThat(network.calls).containsExactly(rows(1), rows(3, 4));
    }

    @Test
    void whoCannotTellWhetherItIsWantedFailsAlone() throws Exception {
        NoisePredictor broken =
                batcher.shared(
                        network,
                        Priority.INTERACTIVE,
                        () -> {
                            throw new IllegalStateException("no answer");
                        });
        network.open();

        assertThatThrownBy(submit(broken, 1)::get).hasRootCauseMessage("no answer");
        assertThat(ask(2).get()).containsExactly(2);
    }

    /** Were the first to come back served at once, two images would never share a call. */
    @Test
    void imagesThatComeBackTogetherStayTogether() throws Exception {
        network.millis = 100;
        network.open();
        List<Future<?>> loops = new ArrayList<>();
        for (int image = 0; image < 2; image++) {
            int timestep = image;
            loops.add(
                    images.submit(() -> {
                        for (int step = 0; step < 12; step++) {
                            predict(
                                    batcher.shared(network, Priority.INTERACTIVE, () -> true),
                                    timestep);
                        }
                    }));
        }
        for (Future<?> loop : loops) {
            loop.get();
        }

        assertThat(network.calls.stream().filter(call -> call.size() == 2).count())
                .isGreaterThan(6);
    }

    /** Also where rows do not run together: the image that looks idle is only doing its sums. */
    @Test
    void bulkDoesNotOvertakeAnInteractiveImageBetweenItsSteps() throws Exception {
        network.millis = 100;
        network.open();
        var alone = new Batcher(false, Optional::empty);
        var done = new AtomicBoolean();
        var bulk =
                images.submit(() -> {
                    while (!done.get()) {
                        predict(alone.shared(network, Priority.BULK, () -> true), 1);
                    }
                });
        for (int step = 0; step < 14; step++) {
            predict(alone.shared(network, Priority.INTERACTIVE, () -> true), 0);
        }
        long bulkTurns = network.calls.stream().filter(call -> call.contains(1f)).count();
        done.set(true);
        bulk.get();

        assertThat(bulkTurns).isBetween(1L, 7L);
    }

    private Future<float[]> ask(int... timesteps) throws InterruptedException {
        return ask(batcher, timesteps);
    }

    private Future<float[]> ask(Batcher asked, int... timesteps) throws InterruptedException {
        return submit(asked.shared(network, Priority.INTERACTIVE, () -> true), timesteps);
    }

    /** What is asked has arrived when this returns, the first of it at the network. */
    private Future<float[]> submit(NoisePredictor asked, int... timesteps)
            throws InterruptedException {
        var future = images.submit(() -> predict(asked, timesteps));
        if (network.gate.getCount() > 0) {
            Thread.sleep(100);
        }
        return future;
    }

    /** The first number of each row. */
    private static float[] predict(NoisePredictor asked, int... timesteps) {
        float[] floats = new float[timesteps.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = timesteps[i];
        }
        int rows = timesteps.length;
        Tensor answer =
                asked.predict(
                        Tensor.zeros(rows, 4, 2, 2),
                        floats,
                        Conditioning.of(Tensor.zeros(rows, 77, 8)));
        float[] first = new float[rows];
        for (int row = 0; row < rows; row++) {
            first[row] = answer.data()[row * 16];
        }
        return first;
    }

    private static List<Float> rows(float... timesteps) {
        List<Float> rows = new ArrayList<>();
        for (float timestep : timesteps) {
            rows.add(timestep);
        }
        return rows;
    }
}
