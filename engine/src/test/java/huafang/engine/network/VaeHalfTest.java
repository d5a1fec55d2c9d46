package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.graph.Dim;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import huafang.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One normalisation, of which the second network for pieces cannot be loaded at first. */
class VaeHalfTest {
    private static final Tensor PIECE = new Tensor(new float[] {1, 3, 5, 5}, 1, 2, 2, 1);

    private final List<Network> loaded = new ArrayList<>();
    private boolean fails = true;

    private Network load(List<Value> outputs) {
        if (loaded.size() % 2 == 1 && fails) {
            throw new IllegalStateException("CUDA failure 2: out of memory");
        }
        loaded.add(Network.load(Device.CPU, outputs, Network.Use.PICTURES));
        return loaded.getLast();
    }

    @Test
    void aNetworkWhoseTwinCannotBeLoadedDoesNotStay() throws OrtException {
        try (var half =
                new VaeHalf(
                        Device.CPU,
                        (statistics, borders) ->
                                statistics.normal(
                                        Value.input(
                                                "x",
                                                Type.FLOAT,
                                                Dim.of(1),
                                                Dim.of(2),
                                                Dim.of(2),
                                                Dim.of(1)),
                                        2,
                                        Value.constant(new float[] {1, 1}, 2),
                                        Value.constant(new float[2], 2),
                                        1e-6f),
                        "x",
                        this::load)) {
            assertThatThrownBy(half::pieces).hasMessage("CUDA failure 2: out of memory");
            assertThatThrownBy(() -> loaded.getFirst().run(input(), 0))
                    .hasMessageContaining("closed");

            fails = false;
            loaded.clear();
            try (var first = half.pieces()) {
                try (var second = half.pieces()) {
                    assertThat(second.run(PIECE, second.statistics(PIECE)).data()).hasSize(4);
                }
                assertThat(first.run(PIECE, first.statistics(PIECE)).data()).hasSize(4);
                assertThat(loaded).as("once for both").hasSize(2);
            }
            for (Network each : loaded) {
                assertThatThrownBy(() -> each.run(input(), 0)).hasMessageContaining("closed");
            }
            try (var later = half.pieces()) {
                assertThat(later.run(PIECE, later.statistics(PIECE)).data()).hasSize(4);
            }
            assertThat(loaded).hasSize(4);
        }
    }

    private static Map<String, OnnxTensor> input() throws OrtException {
        return new HashMap<>(Map.of("x", Network.floats(PIECE)));
    }
}
