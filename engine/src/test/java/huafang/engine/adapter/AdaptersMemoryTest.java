package huafang.engine.adapter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import huafang.engine.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small files for layers of 64 x 64 numbers, 16 KiB each. */
class AdaptersMemoryTest {
    private static final int LAYERS = 10;
    private static final int BYTES = 64 * 64 * Float.BYTES;
    private static final LayerNames NAMES = names();

    @TempDir Path folder;

    private static LayerNames names() {
        Map<String, List<Long>> shapes = new TreeMap<>();
        for (int i = 0; i < LAYERS; i++) {
            shapes.put(
                    "model.diffusion_model.input_blocks.%d.0.emb_layers.1.weight".formatted(i),
                    List.of(64L, 64L));
        }
        return new LayerNames(shapes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lokr_w1 8 8, lokr_w2 8 8",
                "hada_w1_a 64 8, hada_w1_b 8 64, hada_w2_a 64 8, hada_w2_b 8 64",
                "hada_w1_a 64 7, hada_w1_b 7 64, hada_w2_a 64 7, hada_w2_b 7 64",
                "lora_up.weight 64 60, lora_down.weight 60 64",
                "lora_up.weight 64 200, lora_down.weight 200 64",
                "diff 64 64",
            })
    void noLayerTakesMoreThanItself(String tensors) throws IOException {
        Lora lora = write("lora", tensors);
        Lora other = write("other", "lora_up.weight 64 1, lora_down.weight 1 64");

        Adapters one = Adapters.of(List.of(lora), NAMES, (LAYERS + 1) * BYTES);
        Adapters both = Adapters.of(List.of(lora, lora, other), NAMES, (LAYERS + 1) * BYTES);

        Adapters thin = Adapters.of(List.of(other), NAMES);
        assertThat(thin.changes()).hasSize(LAYERS);
        for (String weight : thin.changes().keySet()) {
            float[] found = whole(both, weight);
            for (int i = 0; i < found.length; i++) {
                float expected = 2 * whole(one, weight)[i] + whole(thin, weight)[i];
                assertThat(found[i]).isCloseTo(expected, within(1e-3f));
            }
        }
    }

    private static float[] whole(Adapters adapters, String weight) {
        float[] sum = new float[64 * 64];
        adapters.changes()
                .forEach((name, change) -> {
                    if (KroneckerName.weightOf(name).equals(weight)) {
                        float[] up = numbers(change.up());
                        float[] down = numbers(change.down());
                        float[] whole =
                                KroneckerName.of(name).isPresent()
                                        ? kronecker(up, down)
                                        : LowRank.product(up, down, 64, change.rank(), 64);
                        for (int i = 0; i < sum.length; i++) {
                            sum[i] += whole[i];
                        }
                    }
                });
        return sum;
    }

    /** Of two matrices of 8 x 8. */
    private static float[] kronecker(float[] left, float[] right) {
        float[] whole = new float[64 * 64];
        for (int row = 0; row < 64; row++) {
            for (int column = 0; column < 64; column++) {
                whole[row * 64 + column] =
                        left[row / 8 * 8 + column / 8] * right[row % 8 * 8 + column % 8];
            }
        }
        return whole;
    }

    @Test
    void aKroneckerProductTakesNoMoreThanItsFactors() throws IOException {
        Lora lora = write("lora", "lokr_w1 8 8, lokr_w2 8 8");

        assertThat(Adapters.of(List.of(lora, lora), NAMES, 4 * LAYERS * 64 * Float.BYTES).bytes())
                .isEqualTo(4 * LAYERS * 64 * Float.BYTES);
    }

    private static float[] numbers(FloatBuffer buffer) {
        float[] numbers = new float[buffer.remaining()];
        buffer.duplicate().get(numbers);
        return numbers;
    }

    @Test
    void whatWouldTakeTooMuchIsRefused() throws IOException {
        List<Lora> whole = List.of(write("whole", "diff 64 64"));

        assertThatThrownBy(() -> Adapters.of(whole, NAMES, LAYERS * BYTES))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "the LoRAs of a picture: expected changes of at most 163,840 bytes, found more");
    }

    private Lora write(String name, String tensors) throws IOException {
        var header = new StringBuilder();
        List<Float> numbers = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            for (String tensor : tensors.split(", ")) {
                String[] words = tensor.split(" ");
                int[] shape = Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray();
                int begin = Float.BYTES * numbers.size();
                for (int i = Arrays.stream(shape).reduce(1, (a, b) -> a * b); i > 0; i--) {
                    numbers.add((float) Math.sin(numbers.size() + i) / 8);
                }
                header.append(header.isEmpty() ? "{" : ",")
                        .append(
                                "\"lora_unet_input_blocks_%d_0_emb_layers_1.%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                                        .formatted(
                                                layer,
                                                words[0],
                                                Arrays.toString(shape),
                                                begin,
                                                Float.BYTES * numbers.size()));
            }
        }
        byte[] json = header.append('}').toString().getBytes(UTF_8);
        var bytes =
                ByteBuffer.allocate(8 + json.length + Float.BYTES * numbers.size())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json);
        numbers.forEach(bytes::putFloat);
        return new Lora(Files.write(folder.resolve(name + ".safetensors"), bytes.array()), 1, 1);
    }
}
