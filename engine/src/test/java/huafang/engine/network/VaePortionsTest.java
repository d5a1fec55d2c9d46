package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import huafang.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With half of an autoencoder that fails as the runtime does, and tells what it was asked. */
class VaePortionsTest {
    private static final String CUDA =
            "ONNX Runtime cannot run a: Error code - ORT_RUNTIME_EXCEPTION - message: Non-zero status code returned while running Conv node. Failed to allocate memory for requested buffer of size 3221225472";

    private final List<String> asked = new ArrayList<>();

    /** Makes each value eight by eight of it, as long as memory for so many lasts. */
    private record Scripted(int most, String message, List<String> asked)
            implements VaePortions.Half, VaePortions.Pieces {
        @Override
        public VaePortions.Pieces pieces() {
            return this;
        }

        @Override
        public void close() {}

        @Override
        public Tensor whole(Tensor x) {
            return run("whole", x);
        }

        @Override
        public Tensor statistics(Tensor small) {
            run("small", small);
            return Tensor.zeros(1);
        }

        @Override
        public Tensor piece(Tensor x, Tensor statistics) {
            return run("piece", x);
        }

        private Tensor run(String what, Tensor x) {
            String call = "%s %dx%d".formatted(what, x.size(3), x.size(2));
            if (!asked.contains(call)) {
                asked.add(call);
            }
            if (x.size(2) * x.size(3) > most) {
                throw new IllegalStateException(message);
            }
            int height = 8 * x.size(2);
            int width = 8 * x.size(3);
            Tensor large = Tensor.zeros(1, x.size(1), height, width);
            for (int i = 0; i < large.data().length; i++) {
                int from = (i / width / height * x.size(2) + i / width % height / 8) * x.size(3);
                large.data()[i] = x.data()[from + i % width / 8];
            }
            return large;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "6144 | whole 96x64",
                "6143 | whole 96x64, small 48x32, piece 48x48",
                "2000 | whole 96x64, small 48x32, piece 48x48, small 24x16, piece 24x24",
                " 100 | whole 96x64, small 48x32, small 24x16, small 12x8, piece 12x12, small 8x5, piece 8x8",
            })
    void whereMemoryRunsOutSmallerPiecesAreTakenUntilItDoesNot(int most, String calls) {
        Tensor latents = latents(64, 96);

        for (boolean wrapped : new boolean[] {false, true}) {
            asked.clear();
            Tensor picture = portions(most, CUDA, wrapped).of(latents);

            assertThat(asked).containsExactly(calls.split(", "));
            assertThat(picture.shape()).containsExactly(1, 4, 512, 768);
            asked.clear();
            Tensor whole = portions(Integer.MAX_VALUE, CUDA, false).of(latents);
            for (int i = 0; i < whole.data().length; i += 101) {
                assertThat(picture.data()[i]).isCloseTo(whole.data()[i], within(1e-5f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {63, 0})
    void whereNothingFitsTheRuntimesOwnWordsTellSo(int most) {
        assertThatThrownBy(() -> portions(most, CUDA, false).of(latents(16, 16))).hasMessage(CUDA);
        assertThat(asked.getFirst()).isEqualTo("whole 16x16");
        assertThat(asked.getLast()).endsWith("8x8");
    }

    @Test
    void anotherFailureIsNotTriedAgain() {
        assertThatThrownBy(() -> portions(0, "Invalid input", false).of(latents(16, 16)))
                .hasMessage("Invalid input");
        assertThat(asked).containsExactly("whole 16x16");
    }

    private VaePortions portions(int most, String message, boolean wrapped) {
        return new VaePortions(new Scripted(most, message, asked), VaeTiles.USUAL, 8, 1, wrapped);
    }

    private static Tensor latents(int height, int width) {
        return new Tensor(GoldenWeights.noise("latents", 4 * height * width), 1, 4, height, width);
    }
}
