package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import huafang.engine.checkpoint.Checkpoint;
import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.graph.Model;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsTest {
    @TempDir Path folder;

    @Test
    void weightsArriveInFloatAndComplaintsNameThePathAndBothShapes() {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "tiny", ""))) {
            Weights out = new Weights(file, "").sub("model.diffusion_model").sub("out").sub(2);

            assertThat(out.stored("weight", 4, 32, 3, 3).type()).isEqualTo(Type.FLOAT16);
            assertThat(out.get("weight", 4, 32, 3, 3).type()).isEqualTo(Type.FLOAT);
            assertThatThrownBy(() -> out.get("weights", 4))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(
                            "tiny.safetensors: expected a tensor \"model.diffusion_model.out.2.weights\", found none");
            assertThatThrownBy(() -> out.get("weight", 4, 32, 1, 1))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(
                            "tiny.safetensors: expected \"model.diffusion_model.out.2.weight\" with shape [4, 32, 1, 1], found [4, 32, 3, 3]");
        }
    }

    @Test
    void oneTensorMissingOrMisshapenAnywhereIsNamedBeforeAnythingRuns() {
        String bias = "model.diffusion_model.middle_block.1.transformer_blocks.0.ff.net.2.bias";
        Path without =
                GoldenWeights.write(folder, "tiny", "", line -> line.contains(bias) ? "" : line);
        assertThatThrownBy(() -> Networks.load(without))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("tiny.safetensors: expected a tensor \"" + bias + "\", found none");

        Path whole =
                GoldenWeights.write(
                        folder,
                        "tiny",
                        "",
                        line -> line.replace("F16 " + bias + " 64", "I32 " + bias + " 64"));
        assertThatThrownBy(() -> Networks.load(whole))
                .hasMessage(
                        "tiny.safetensors: expected \""
                                + bias
                                + "\" as one of [F32, F16, BF16, F8_E4M3, F8_E5M2], found I32");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "xl", "ssd", "eight"})
    void nothingIsComputedInLessThanFloat(String name) throws Exception {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, name, ""))) {
            Graphs graphs = Graphs.of(file);
            for (Value output :
                    List.of(
                            graphs.unet(Set.of(), Borders.ZEROS),
                            graphs.decoder(GroupStatistics.OWN, Borders.ZEROS))) {
                Model model = Model.of(Map.of("output", output));
                GraphProto graph = ModelProto.parseFrom(model.onnx()).getGraph();
                Set<String> stored =
                        model.weights().entrySet().stream()
                                .filter(weight -> weight.getValue().type() != Type.FLOAT)
                                .map(Map.Entry::getKey)
                                .collect(Collectors.toSet());
                assertThat(model.weights().values())
                        .anyMatch(weight -> weight.stored() != Type.FLOAT);
                assertThat(graph.getNodeList())
                        .filteredOn(node -> node.getInputList().stream().anyMatch(stored::contains))
                        .allMatch(node -> node.getOpType().equals("Cast"));
            }
        }
    }
}
