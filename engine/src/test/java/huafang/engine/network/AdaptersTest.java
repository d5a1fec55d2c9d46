package huafang.engine.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.adapter.Adapters;
import huafang.engine.adapter.KroneckerName;
import huafang.engine.adapter.Lora;
import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.sampling.Conditioning;
import huafang.engine.tensor.Tensor;
import huafang.engine.text.Chunk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks with adapters, against ones whose weights tools/golden/adapters.py merged. */
class AdaptersTest {
    @TempDir static Path folder;
    private static Networks networks;

    @BeforeAll
    static void load() {
        networks = Networks.load(GoldenWeights.write(folder, "tiny", "64x64"));
    }

    @AfterAll
    static void close() {
        networks.close();
    }

    private record Case(String name, List<Lora> loras) {
        static Case parse(String line) {
            String[] cells = line.split("\t");
            return new Case(cells[0], Stream.of(cells[1].split(" ")).map(Case::lora).toList());
        }

        private static Lora lora(String words) {
            String[] parts = words.split(":");
            return new Lora(
                    write(parts[0], line -> line),
                    Double.parseDouble(parts[1]),
                    Double.parseDouble(parts[2]));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return new String(resource("cases.tsv"), UTF_8).lines().map(Case::parse);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void networksComputeWhatMergedOnesDo(Case expected) {
        Adapters adapters = Adapters.of(expected.loras(), networks.layers());

        assertAgreement(
                everySeventh(text(adapters)), floats(resource(expected.name + ".text.f32")));
        assertAgreement(noise(adapters), floats(resource(expected.name + ".unet.f32")));
    }

    /** Towers of OpenCLIP and names of other dialects: tools/golden/adapter_families.py. */
    @ParameterizedTest
    @ValueSource(strings = {"sd2", "xl"})
    void otherFamiliesAreChangedAsMergedOnesAre(String family) {
        String name = "kohya-" + family;
        try (Networks other = Networks.load(GoldenWeights.write(folder, family, "512x512"))) {
            Adapters adapters = Adapters.of(List.of(lora(name)), other.layers());
            int vocabulary = other.config().text().getFirst().vocabulary();

            Tensor text = encoded(vocabulary, chunk -> other.encodeText(chunk, 1, adapters));
            assertAgreement(everySeventh(text.data()), floats(resource(name + ".text.f32")));
            int vector = other.config().unet().vectorWidth();
            if (vector > 0) {
                Tensor pooled = encoded(vocabulary, chunk -> other.poolText(chunk, adapters));
                assertAgreement(pooled.data(), floats(resource(name + ".pooled.f32")));
            }
            var told =
                    new Conditioning(
                            noise("context", 2, 77, other.config().unet().contextWidth()),
                            noise("vector", 2, vector),
                            noise("image", 2, 0, 8, 8));
            Tensor noise =
                    other.predictNoise(
                            noise("x", 2, 4, 8, 8), new float[] {981, 17.25f}, told, adapters);
            assertAgreement(noise.data(), floats(resource(name + ".unet.f32")));
        }
    }

    @Test
    void whatWasAdaptedComputesTheSameBitsWithoutAdapters() {
        float[] text = text(Adapters.NONE);
        float[] noise = noise(Adapters.NONE);

        Adapters all = Adapters.of(List.of(lora("locon"), lora("kohya")), networks.layers());
        text(all);
        noise(all);

        assertThat(Arrays.equals(text(Adapters.NONE), text)).isTrue();
        assertThat(Arrays.equals(noise(Adapters.NONE), noise)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attn1_to_q.lora_down.weight 4 32| attn9_to_q.lora_down.weight 4 32| "
                        + "expected a LoRA for this checkpoint's layers, found \"lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn9_to_q.lora_down.weight\"",
                "attn1_to_q.alpha| attn1_to_q.dora_scale 1 32| "
                        + "expected a LoRA for this checkpoint's layers, found \"lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q.dora_scale\": a weight-decomposed one (DoRA)",
                "attn1_to_q.lora_down.weight 4 32| attn1_to_q.lora_down.weight 4 16| "
                        + "what is for \"model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight\" cannot be used: "
                        + "expected tensors that make a matrix [32, 32], found ones that make [32, 16]",
                "attn1_to_q.lora_down.weight 4 32| attn1_to_q.lora_down.weight 3 32| "
                        + "what is for \"model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight\" cannot be used: "
                        + "its tensors do not fit each other: 4 and 3",
                "attn1_to_q.lora_down.weight 4 32| attn1_to_q.lora_down.weight 0 32| "
                        + "expected \"lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q.lora_down.weight\" with 1 to 33,554,432 numbers, found shape [0, 32]",
                "attn1_to_q.lora_down.weight 4 32| attn1_to_q.lora_down.weight 1048576 1048576 0| "
                        + "expected \"lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q.lora_down.weight\" with 1 to 33,554,432 numbers, found shape [1048576, 1048576, 0]",
                "attn1_to_q.lora_up.weight 32 4| attn1_to_q.diff 32 32| "
                        + "what is for \"model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight\" cannot be used: "
                        + "no kind of adapter known here has [down, diff, alpha]",
            })
    void tensorsThatNothingCanBeMadeOfAreNamed(String from, String to, String sentence) {
        String place = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_";
        Path file =
                write(
                        "kohya",
                        line ->
                                line.equals("F16 " + place + from)
                                                || line.contains(place + from + " ")
                                        ? "F16 " + place + to
                                        : line.contains(place + from) ? "F16 " + place + to : line);

        assertThatThrownBy(() -> Adapters.of(List.of(new Lora(file, 1, 1)), networks.layers()))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("kohya.safetensors: " + sentence);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void kroneckerProductsChangeWhatTheirMatricesDo(boolean tiling) {
        Adapters factors = Adapters.of(List.of(lora("lokr")), networks.layers());
        Map<String, Adapters.Change> whole = new HashMap<>();
        whole.putAll(factors.changes());
        Map<String, List<Long>> shapes = networks.layers().under("");
        for (String name : factors.changes().keySet()) {
            KroneckerName.of(name)
                    .ifPresent(product -> {
                        long out = shapes.get(product.weight()).getFirst();
                        whole.put(product.weight(), expanded(whole.remove(name), (int) out));
                    });
        }
        assertThat(whole).isNotEqualTo(factors.changes()).hasSameSizeAs(factors.changes());
        Networks seen = tiling ? networks.wrapped() : networks;

        assertAgreement(noise(seen, factors), noise(seen, new Adapters(whole)));
        assertAgreement(text(factors), text(new Adapters(whole)));
    }

    /** The matrix that factors stand for, the first of which is square; and one. */
    private static Adapters.Change expanded(Adapters.Change product, int out) {
        int size = product.rank();
        int rows = out / size;
        int inner = product.down().capacity() / rows;
        float[] matrix = new float[size * rows * size * inner];
        for (int i = 0; i < matrix.length; i++) {
            int row = i / (size * inner);
            int column = i % (size * inner);
            matrix[i] =
                    product.up().get(row / rows * size + column / inner)
                            * product.down().get(row % rows * inner + column % inner);
        }
        float[] one = new float[out * out];
        for (int i = 0; i < out; i++) {
            one[i * (out + 1)] = 1;
        }
        return new Adapters.Change(out, direct(one), direct(matrix));
    }

    private static FloatBuffer direct(float[] numbers) {
        return ByteBuffer.allocateDirect(Float.BYTES * numbers.length)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(numbers)
                .flip();
    }

    @Test
    void wordsThatComeWithALoraAreNoChanges() {
        List<String> lines =
                Stream.concat(
                                new String(resource("kohya.tensors"), UTF_8).lines(),
                                Stream.of("F16 bundle_emb.word.emb_params 2 64"))
                        .toList();
        Adapters adapters =
                Adapters.of(List.of(new Lora(write("bundle", lines), 1, 1)), networks.layers());
        assertThat(adapters.changes().keySet())
                .isEqualTo(
                        Adapters.of(List.of(lora("kohya")), networks.layers()).changes().keySet());
    }

    /** Files of less than half a megabyte that ask for gigabytes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lora_up.weight 32 46000, lora_mid.weight 46000 1 1 1, lora_down.weight 1 46000|"
                        + "expected tensors that make a matrix [46000, 32], found ones that make [46000, 46000]",
                "lora_up.weight 32 90000, lora_mid.weight 90000 1 1 1, lora_down.weight 1 90000|"
                        + "expected tensors that make a matrix [90000, 32], found ones that make [90000, 90000]",
                "lora_up.weight 1 1100000, lora_mid.weight 1100000 1 1 1, lora_down.weight 1 32|"
                        + "expected tensors that make at most 33,554,432 numbers, found ones that make [1100000, 32]",
                "hada_w1_a 46000 32, hada_w1_b 1 46000, hada_t1 46000 1 1 1, "
                        + "hada_w2_a 1 32, hada_w2_b 1 32, hada_t2 1 1 1 1|"
                        + "expected tensors that make a matrix [46000, 32], found ones that make [46000, 46000]",
                "lokr_w1_a 46000 1, lokr_w1_b 1 46000, lokr_w2 1 1|"
                        + "expected tensors that make a matrix [32, 32], found ones that make [46000, 46000]",
                "lokr_w1 1 1, lokr_w2_a 46000 1, lokr_w2_b 1 46000, lokr_t2 46000 1 1 1|"
                        + "expected tensors that make a matrix [46000, 32], found ones that make [46000, 46000]",
            })
    void smallFilesDoNotMakeLargeNumbers(String tensors, String sentence) {
        String layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q.";
        Path file =
                write(
                        "small",
                        Stream.of(tensors.split(", ")).map(line -> "F16 " + layer + line).toList());

        assertThatThrownBy(() -> Adapters.of(List.of(new Lora(file, 1, 1)), networks.layers()))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "small.safetensors: what is for \"model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight\" cannot be used: "
                                + sentence);
    }

    private static Lora lora(String name) {
        return new Lora(write(name, line -> line), 1, 1);
    }

    private static float[] text(Adapters adapters) {
        return encoded(512, chunk -> networks.encodeText(chunk, 1, adapters)).data();
    }

    /** What becomes of two prompts. */
    private static Tensor encoded(int vocabulary, Function<Chunk, Tensor> encoder) {
        float[] numbers = GoldenWeights.hashNumbers("ids", 2 * 77);
        int[][] ids = new int[2][77];
        for (int i = 0; i < numbers.length; i++) {
            ids[i / 77][i % 77] = (int) ((numbers[i] + 1) / 2 * vocabulary);
        }
        return Tensor.concatenate(encoder.apply(chunk(ids[0])), encoder.apply(chunk(ids[1])));
    }

    private static float[] everySeventh(float[] numbers) {
        float[] sample = new float[(numbers.length + 6) / 7];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = numbers[7 * i];
        }
        return sample;
    }

    private static Tensor noise(String name, int... shape) {
        return new Tensor(
                GoldenWeights.noise(name, Arrays.stream(shape).reduce(1, (a, b) -> a * b)), shape);
    }

    private static Chunk chunk(int[] ids) {
        return new Chunk(
                Arrays.stream(ids).boxed().toList(), Collections.nCopies(77, 1f), List.of());
    }

    private static float[] noise(Adapters adapters) {
        return noise(networks, adapters);
    }

    private static float[] noise(Networks networks, Adapters adapters) {
        var x = new Tensor(GoldenWeights.noise("x", 2 * 4 * 8 * 8), 2, 4, 8, 8);
        var context = new Tensor(GoldenWeights.noise("context", 2 * 77 * 64), 2, 77, 64);
        return networks.predictNoise(
                        x, new float[] {981, 17.25f}, Conditioning.of(context), adapters)
                .data();
    }

    /** A file of the tensors that NAME.tensors lists, with each line changed. */
    private static Path write(String name, UnaryOperator<String> change) {
        return write(
                name, new String(resource(name + ".tensors"), UTF_8).lines().map(change).toList());
    }

    private static Path write(String name, List<String> lines) {
        var header = new StringBuilder();
        var data = new java.io.ByteArrayOutputStream();
        for (String line : lines) {
            String[] words = line.split(" ");
            int[] shape = Arrays.stream(words).skip(2).mapToInt(Integer::parseInt).toArray();
            int begin = data.size();
            data.writeBytes(encoded(words[0], numbers(words[1], shape)));
            header.append(header.isEmpty() ? "{" : ",")
                    .append(
                            "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                                    .formatted(
                                            words[1],
                                            words[0],
                                            Arrays.toString(shape),
                                            begin,
                                            data.size()));
        }
        byte[] json = header.append('}').toString().getBytes(UTF_8);
        var file =
                ByteBuffer.allocate(8 + json.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json).put(data.toByteArray());
        try {
            return Files.write(folder.resolve(name + ".safetensors"), file.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] numbers(String name, int[] shape) {
        int count = Arrays.stream(shape).sorted().reduce(1, Math::multiplyExact); // 0 first
        float[] numbers = GoldenWeights.hashNumbers(name, count);
        for (int i = 0; i < count; i++) {
            numbers[i] = name.endsWith(".alpha") ? 1 + numbers[i] : numbers[i] * 0.25f;
        }
        return numbers;
    }

    private static byte[] encoded(String dtype, float[] numbers) {
        int size = dtype.equals("F32") ? 4 : 2;
        ByteBuffer bytes =
                ByteBuffer.allocate(size * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : numbers) {
            switch (dtype) {
                case "F32" -> bytes.putFloat(number);
                case "F16" -> bytes.putShort(Float.floatToFloat16(number));
                default -> {
                    int bits = Float.floatToRawIntBits(number);
                    bytes.putShort((short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16));
                }
            }
        }
        return bytes.array();
    }

    /** Relative error at most 1e-4, both of the whole and of the worst number. */
    private static void assertAgreement(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        double error = 0;
        double whole = 0;
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < found.length; i++) {
            double difference = found[i] - expected[i];
            error += difference * difference;
            whole += (double) expected[i] * expected[i];
            worst = Math.max(worst, Math.abs(difference));
            largest = Math.max(largest, Math.abs(expected[i]));
        }
        assertThat(Math.sqrt(error / whole)).isLessThanOrEqualTo(1e-4);
        assertThat(worst / largest).isLessThanOrEqualTo(1e-4);
    }

    private static float[] floats(byte[] bytes) {
        var floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] numbers = new float[floats.remaining()];
        floats.get(numbers);
        return numbers;
    }

    private static byte[] resource(String name) {
        try (var file = AdaptersTest.class.getResourceAsStream("/golden/adapters/" + name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
