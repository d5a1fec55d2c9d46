package huafang.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpsTest {
    private static final Dim B = Dim.named("b");
    private static final Dim H = Dim.named("h");
    private static final Dim W = Dim.named("w");

    private final Value picture = Value.input("x", Type.FLOAT, B, Dim.of(32), H, W);

    @Test
    void shapesAreKnownAsFarAsTheyCanBe() {
        Value half = Ops.conv(picture, zeros(64, 32, 3, 3), zeros(64), 2);
        assertThat(half).hasToString("FLOAT[b, 64, ceil(h/2), ceil(w/2)]");
        assertThat(Ops.upsampleNearest(half)).hasToString("FLOAT[b, 64, 2*ceil(h/2), 2*ceil(w/2)]");
        assertThat(Ops.resizeNearestLike(Ops.upsampleNearest(half), picture).shape())
                .containsExactly(B, Dim.of(64), H, W);
        assertThat(Ops.resizeNearestLike(picture, picture)).isSameAs(picture);
        assertThat(Ops.conv(fixed(1, 32, 9, 13), zeros(64, 32, 3, 3), zeros(64), 2).shape())
                .isEqualTo(Dim.list(1, 64, 5, 7));
        assertThat(Ops.add(zeros(4, 1, 3), zeros(5, 3)).shape()).isEqualTo(Dim.list(4, 5, 3));
        assertThat(Ops.halves(fixed(2, 6))).extracting(Value::output).containsExactly(0, 1);
    }

    @Test
    void mistakesFailWhereTheyAreMade() {
        assertThatThrownBy(() -> Ops.add(picture, zeros(33, 1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Add of FLOAT[b, 32, h, w] and FLOAT[33, 1, 1]: 32 is not 33");
        assertThatThrownBy(() -> Ops.conv(picture, zeros(64, 31, 3, 3), zeros(64), 1))
                .hasMessageContaining(
                        "cannot convolve FLOAT[b, 32, h, w] with FLOAT[64, 31, 3, 3]");
        assertThatThrownBy(() -> Ops.matMulTransposed(fixed(2, 5), zeros(5, 4)))
                .hasMessage("cannot multiply FLOAT[2, 5] with the transpose of FLOAT[5, 4]");
        assertThatThrownBy(() ->
                        Ops.attention(fixed(1, 7, 30), fixed(1, 7, 30), fixed(1, 7, 30), 8, false))
                .hasMessageContaining("with 8 heads");
        assertThatThrownBy(() -> Ops.concat(fixed(1, 2, 3), fixed(1, 2, 4), 1))
                .hasMessageContaining("beside");
        assertThatThrownBy(() -> Ops.transpose(picture, 0, 1, 2)).hasMessageContaining("no order");
        assertThatThrownBy(() -> Ops.halves(fixed(2, 5))).hasMessageContaining("cannot halve");
        assertThatThrownBy(() -> Ops.reshape(fixed(2, 5), Dim.of(9)))
                .hasMessage("cannot reshape FLOAT[2, 5] to [9]");
        assertThatThrownBy(() -> Ops.reshape(picture, B, H, W, Dim.of(32)))
                .hasMessageContaining("too many unknown lengths");
        assertThatThrownBy(() -> Ops.layerNorm(fixed(2, 5), zeros(4), zeros(4), 1e-5f))
                .hasMessageContaining("cannot normalise");
        assertThatThrownBy(() -> Ops.gather(zeros(3, 4), fixed(2)))
                .hasMessageContaining("cannot look");
        assertThatThrownBy(() -> picture.width(2)).hasMessageContaining("not known");
    }

    @Test
    void modelsHoldWhatTheirOutputsLeadBackToAndNothingTwice()
            throws InvalidProtocolBufferException {
        Value weight = Value.weight("w", Type.FLOAT, new long[] {32, 1, 1}, null);
        Value shared = Ops.mul(picture, weight);
        Ops.cos(picture);

        Model model = Model.of(Map.of("y", Ops.add(shared, Ops.mul(shared, weight))));

        assertThat(model.weights()).containsOnlyKeys("w");
        var graph = ModelProto.parseFrom(model.onnx()).getGraph();
        assertThat(graph.getNodeList())
                .extracting(node -> node.getOpType())
                .containsExactly("Mul", "Mul", "Add", "Identity");
        assertThat(graph.getInputList())
                .extracting(input -> input.getName())
                .isEqualTo(List.of("x"));
        assertThat(graph.getInitializer(0).getRawData().size()).isZero();
    }

    @Test
    void longChainsNeedNoDeepStack() {
        Value x = picture;
        for (int i = 0; i < 100_000; i++) {
            x = Ops.cos(x);
        }
        assertThat(Model.of(Map.of("y", x)).onnx()).isNotEmpty();
    }

    private static Value fixed(long... shape) {
        return Value.input("x", Type.FLOAT, Dim.list(shape).toArray(Dim[]::new));
    }

    private static Value zeros(long... shape) {
        return Value.constant(new float[0], shape);
    }
}
