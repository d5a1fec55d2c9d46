package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.sampling.Conditioning;
import huafang.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The networks against PyTorch's numbers, which tools/golden/networks.py made. */
class NetworksTest {
    private static final float[] TIMESTEPS = {981, 17.25f};
    private static final Map<String, Networks> NETWORKS = new HashMap<>();

    @TempDir static Path folder;

    private static Networks networks(String name) {
        return NETWORKS.computeIfAbsent(
                name, any -> Networks.load(GoldenWeights.write(folder, name, "512x512")));
    }

    @AfterAll
    static void close() {
        NETWORKS.values().forEach(Networks::close);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tiny", "deep", "eight", "inpainting", "sd2", "xl", "refiner", "ssd", "bk"})
    void textEncodersAgreeWithPyTorch(String name) {
        Networks networks = networks(name);

        Tensor text = networks.encodeText(ids(networks.config().text().getFirst().vocabulary()), 1);

        assertThat(text.shape()).containsExactly(2, 77, networks.config().unet().contextWidth());
        assertAgreement(text.data(), GoldenWeights.golden(name + "-text"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xl", "refiner", "ssd"})
    void pooledPromptAgreesWithPyTorch(String name) {
        Networks networks = networks(name);

        Tensor pooled = networks.poolText(ids(networks.config().text().getFirst().vocabulary()));

        assertThat(pooled.size(0)).isEqualTo(2);
        assertAgreement(pooled.data(), GoldenWeights.golden(name + "-pooled"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "sd2"})
    void modelsWithoutAVectorPoolNothing(String name) {
        assertThat(networks(name).poolText(ids(512)).shape()).containsExactly(2, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "tiny,8,8,77",
        "tiny,16,24,154",
        "tiny,9,13,77",
        "deep,8,8,77",
        "deep,16,24,154",
        "deep,9,13,77",
        "eight,9,13,77",
        "inpainting,9,13,77",
        "sd2,9,13,77",
        "xl,9,13,77",
        "refiner,9,13,77",
        "ssd,9,13,77",
        "bk,9,13,77"
    })
    void unetAgreesWithPyTorch(String name, int height, int width, int tokens) {
        Networks networks = networks(name);

        Tensor noise =
                networks.predictNoise(
                        x(height, width), TIMESTEPS, told(networks, tokens, height, width));

        assertThat(noise.shape()).containsExactly(2, 4, height, width);
        assertAgreement(noise.data(), GoldenWeights.golden(name + "-unet-" + height + "x" + width));
    }

    @ParameterizedTest
    @CsvSource({
        "tiny,8,8",
        "tiny,5,9",
        "deep,8,8",
        "deep,5,9",
        "eight,5,9",
        "inpainting,5,9",
        "sd2,5,9",
        "xl,5,9",
        "refiner,5,9",
        "ssd,5,9",
        "bk,5,9"
    })
    void decoderAgreesWithPyTorch(String name, int height, int width) {
        var latents = new Tensor(GoldenWeights.noise("z", 4 * height * width), 1, 4, height, width);

        Tensor picture = networks(name).decode(latents);

        assertThat(picture.shape()).containsExactly(1, 3, 8 * height, 8 * width);
        float[] sample = new float[(picture.data().length + 6) / 7];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = picture.data()[7 * i];
        }
        assertAgreement(sample, GoldenWeights.golden(name + "-vae-" + height + "x" + width));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inpainting", "refiner"})
    void encoderAgreesWithPyTorch(String name) {
        var picture = new Tensor(GoldenWeights.noise("picture", 3 * 40 * 72), 1, 3, 40, 72);

        Tensor latents = networks(name).encode(picture);

        assertThat(latents.shape()).containsExactly(1, 4, 5, 9);
        assertAgreement(latents.data(), GoldenWeights.golden(name + "-encoder-5x9"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "deep"})
    void rowHasTheSameBitsAloneAndInCompany(String name) {
        Networks networks = networks(name);
        Tensor x = x(16, 24);
        Conditioning context = told(networks, 77, 16, 24);

        Tensor together = networks.predictNoise(x, TIMESTEPS, context);
        Tensor pictures = networks.decode(x);

        for (int row = 0; row < 2; row++) {
            Tensor latent = x.rows(row, row + 1);
            Tensor alone =
                    networks.predictNoise(
                            latent,
                            new float[] {TIMESTEPS[row]},
                            Conditioning.of(context.context().rows(row, row + 1)));
            assertThat(Arrays.equals(alone.data(), together.rows(row, row + 1).data())).isTrue();
            assertThat(networks.decode(latent).data())
                    .isEqualTo(pictures.rows(row, row + 1).data());
        }
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        Networks networks = networks("tiny");
        assertThatThrownBy(() -> networks.encodeText(new int[][] {{1, 2, 3}}, 1))
                .hasMessage("expected 77 token ids per prompt, found 3");
        assertThatThrownBy(() -> networks.encodeText(new int[][] {filled(512)}, 1))
                .hasMessage("expected token ids from 0 to 511, found 512");
        assertThatThrownBy(() ->
                        networks.predictNoise(x(8, 8), new float[1], told(networks, 77, 8, 8)))
                .hasMessage("expected a tensor of shape [1, 4, -1, -1], found [2, 4, 8, 8]");
        assertThatThrownBy(() -> networks.decode(Tensor.zeros(1, 4, 0, 8)))
                .hasMessage("expected a tensor of shape [-1, 4, -1, -1], found [1, 4, 0, 8]");
    }

    @Test
    void closedNetworksSaySo(@TempDir Path other) {
        Networks networks = Networks.load(GoldenWeights.write(other, "tiny", "512x512"));
        networks.close();
        networks.close();
        assertThatThrownBy(() -> networks.decode(Tensor.zeros(1, 4, 8, 8)))
                .hasMessage("tiny.safetensors has been closed");
    }

    private static int[] filled(int id) {
        int[] ids = new int[77];
        ids[76] = id;
        return ids;
    }

    private static Tensor x(int height, int width) {
        return new Tensor(GoldenWeights.noise("x", 2 * 4 * height * width), 2, 4, height, width);
    }

    private static Conditioning told(Networks networks, int tokens, int height, int width) {
        int contextWidth = networks.config().unet().contextWidth();
        int vector = networks.config().unet().vectorWidth();
        int channels = networks.config().imageChannels();
        return new Conditioning(
                noise("context", 2, tokens, contextWidth),
                noise("vector", 2, vector),
                noise("image", 2, channels, height, width));
    }

    private static Tensor noise(String name, int... shape) {
        return new Tensor(
                GoldenWeights.noise(name, Arrays.stream(shape).reduce(1, (a, b) -> a * b)), shape);
    }

    private static int[][] ids(int vocabulary) {
        float[] numbers = GoldenWeights.hashNumbers("ids", 2 * 77);
        int[][] ids = new int[2][77];
        for (int i = 0; i < numbers.length; i++) {
            ids[i / 77][i % 77] = (int) ((numbers[i] + 1) / 2 * vocabulary);
        }
        return ids;
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
}
