package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.adapter.Adapters;
import huafang.engine.adapter.KroneckerName;
import huafang.engine.graph.Dim;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import huafang.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AdaptableNetworkTest {
    private static final Map<String, List<Long>> WEIGHTS = Map.of("w.weight", List.of(2L, 2L));

    /** Doubles numbers, and cannot be built with changes or with other edges. */
    private static List<Value> graph(Set<String> adapted, Borders borders) {
        if (!adapted.isEmpty() || borders != Borders.ZEROS) {
            throw new IllegalStateException("CUDA failure 2: out of memory");
        }
        Value x = Value.input("x", Type.FLOAT, Dim.of(2));
        return List.of(Ops.add(x, x));
    }

    @Test
    void whyItCannotBeBuiltAnewIsToldAndNothingIsLeftOpen() throws OrtException {
        try (var network =
                new AdaptableNetwork(
                        Device.CPU, Network.Use.STEPS, AdaptableNetworkTest::graph, WEIGHTS)) {
            network.load();
            var changes = new Adapters(Map.of("w.weight", Adapters.Change.none(2, 2)));

            for (boolean wrapped : new boolean[] {false, true}) {
                Map<String, OnnxTensor> inputs = inputs();
                assertThatThrownBy(() ->
                                network.run(inputs, 0, wrapped ? Adapters.NONE : changes, wrapped))
                        .hasMessage("CUDA failure 2: out of memory");
                assertThat(inputs.get("x").isClosed()).isTrue();
            }

            assertThat(network.run(inputs(), 0, Adapters.NONE).data())
                    .as("who wants no changes")
                    .containsExactly(2, -6);
        }
    }

    private static Map<String, OnnxTensor> inputs() throws OrtException {
        return new HashMap<>(Map.of("x", Network.floats(new Tensor(new float[] {1, -3}, 2))));
    }

    private static final String QUERY = "down.transformer_blocks.0.to_q.weight";
    private static final String KEY = "down.transformer_blocks.0.to_k.weight";
    private static final String CONVOLUTION = "down.in_layers.weight";
    private static final String UNUSED = "down.transformer_blocks.1.unused.weight";

    private final AtomicInteger builds = new AtomicInteger();
    private final CountDownLatch building = new CountDownLatch(2);
    private final CountDownLatch released = new CountDownLatch(1);

    /** x, and x times the changes. */
    private List<Value> changed(Set<String> adapted, Borders borders) {
        builds.incrementAndGet();
        building.countDown();
        if (!adapted.isEmpty()) {
            await(released);
        }
        Value x = Value.input("x", Type.FLOAT, Dim.of(1), Dim.of(2));
        Value y = Ops.add(x, Value.constant(new float[2], 1, 2));
        for (String name : new TreeSet<>(adapted)) {
            if (!name.equals(UNUSED)) {
                Dim rank = Dim.named(name + "rank");
                Value down = Value.input(name + "/down", Type.FLOAT, rank, Dim.of(2));
                Value up = Value.input(name + "/up", Type.FLOAT, Dim.of(2), rank);
                y = Ops.add(y, Ops.matMulTransposed(Ops.matMulTransposed(x, down), up));
            }
        }
        return List.of(y);
    }

    private AdaptableNetwork loaded() {
        Map<String, List<Long>> weights = new HashMap<>();
        for (String name : List.of(QUERY, KEY, CONVOLUTION, UNUSED)) {
            weights.put(name, List.of(2L, 2L));
        }
        var network = new AdaptableNetwork(Device.CPU, Network.Use.STEPS, this::changed, weights);
        network.load();
        return network;
    }

    /** Another LoRA is another input, not another load: the first reserves what others reach. */
    @Test
    void itIsBuiltAnewForTheFirstLoraAndForTheFirstThatReachesBeyondTransformers()
            throws OrtException {
        released.countDown();
        try (var network = loaded()) {
            assertThat(times(network, QUERY, 2)).containsExactly(3, -9);
            assertThat(builds).hasValue(2);
            assertThat(times(network, KEY, 3)).containsExactly(4, -12);
            assertThat(times(network, QUERY, 5)).containsExactly(6, -18);
            assertThat(builds).as("a second and a third one").hasValue(2);
            assertThat(times(network, CONVOLUTION, 1)).containsExactly(2, -6);
            assertThat(times(network, KEY, 1)).containsExactly(2, -6);
            assertThat(network.run(pair(), 0, Adapters.NONE).data()).containsExactly(1, -3);
            assertThat(builds).hasValue(3);
        }
    }

    /** LoRAs that are Kronecker products of ever other sizes do not make it slower and slower. */
    @Test
    void itKeepsFewFormsOfChanges() throws OrtException {
        List<Integer> sizes = new ArrayList<>();
        try (var network =
                new AdaptableNetwork(
                        Device.CPU,
                        Network.Use.STEPS,
                        (adapted, borders) -> {
                            sizes.add(adapted.size());
                            return List.of(byKroneckers(adapted));
                        },
                        Map.of(QUERY, List.of(2L, 2L)))) {
            network.load();
            for (int i = 0; i < 12; i++) {
                String name = new KroneckerName(QUERY, 1, 1, i).toString();
                var product = new Adapters.Change(1, direct(2), direct(1, 0, 0, 1));

                Tensor y = network.run(pair(), 0, new Adapters(Map.of(name, product)));

                assertThat(y.data()).containsExactly(3, -9);
            }
            assertThat(network.run(pair(), 0, Adapters.NONE).data()).containsExactly(1, -3);
        }
        assertThat(sizes).allMatch(size -> size <= 5).hasSize(13);
    }

    private static Value byKroneckers(Set<String> adapted) {
        Value x = Value.input("x", Type.FLOAT, Dim.of(1), Dim.of(2));
        Value y = Ops.add(x, Value.constant(new float[2], 1, 2));
        for (String name : new TreeSet<>(adapted)) {
            Value left = Value.input(name + "/up", Type.FLOAT, Dim.of(1), Dim.of(1));
            Value right = Value.input(name + "/down", Type.FLOAT, Dim.of(2), Dim.of(2));
            y = Ops.add(y, Ops.matMulLeft(left, Ops.matMulTransposed(x, right)));
        }
        return y;
    }

    @Test
    @Timeout(60)
    void othersRunWhileItIsBuiltAnew() throws Exception {
        try (var network = loaded()) {
            var first = CompletableFuture.runAsync(() -> network.prepare(change(QUERY, 2), false));
            await(building);

            assertThat(network.run(pair(), 0, Adapters.NONE).data()).containsExactly(1, -3);

            assertThat(first).isNotDone();
            released.countDown();
            first.get();
            assertThat(times(network, QUERY, 2)).containsExactly(3, -9);
            assertThat(builds).hasValue(2);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static float[] times(AdaptableNetwork network, String weight, float factor)
            throws OrtException {
        return network.run(pair(), 0, change(weight, factor)).data();
    }

    /** So many times the unit matrix. */
    private static Adapters change(String weight, float factor) {
        return new Adapters(
                Map.of(
                        weight,
                        new Adapters.Change(2, direct(factor, 0, 0, factor), direct(1, 0, 0, 1))));
    }

    private static FloatBuffer direct(float... numbers) {
        return ByteBuffer.allocateDirect(Float.BYTES * numbers.length)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(numbers)
                .flip();
    }

    private static Map<String, OnnxTensor> pair() throws OrtException {
        return new HashMap<>(Map.of("x", Network.floats(new Tensor(new float[] {1, -3}, 1, 2))));
    }
}
