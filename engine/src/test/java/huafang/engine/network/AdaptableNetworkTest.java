package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.adapter.Adapters;
import huafang.engine.graph.Dim;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import huafang.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Doubles numbers, and cannot be built with changes or with other edges. */
class AdaptableNetworkTest {
    private static final Map<String, List<Long>> WEIGHTS = Map.of("w.weight", List.of(2L, 2L));

    private static List<Value> graph(Set<String> adapted, Borders borders) {
        if (!adapted.isEmpty() || borders != Borders.ZEROS) {
            throw new IllegalStateException("CUDA failure 2: out of memory");
        }
        Value x = Value.input("x", Type.FLOAT, Dim.of(2));
        return List.of(Ops.add(x, x));
    }

    @Test
    void whyItCannotBeBuiltAnewIsToldAndNothingIsLeftOpen() throws OrtException {
        try (var network = new AdaptableNetwork(Device.CPU, AdaptableNetworkTest::graph, WEIGHTS)) {
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
}
