package huafang.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.network.GoldenWeights;
import huafang.engine.network.Networks;
import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole pictures against PyTorch's, which tools/golden/pipeline.py made. */
class StableDiffusionTest {
    @TempDir static Path folder;
    private static StableDiffusion model;

    @BeforeAll
    static void load() {
        model = StableDiffusion.load(GoldenWeights.write(folder, "pipeline", "96x64"));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private record Case(String name, Txt2Img request) {
        static Case parse(String line) {
            String[] cells = line.split("\t");
            return new Case(
                    cells[0],
                    new Txt2Img(
                            cells[1],
                            cells[2],
                            Integer.parseInt(cells[3]),
                            Integer.parseInt(cells[4]),
                            Integer.parseInt(cells[5]),
                            Sampler.named(cells[6]),
                            Schedule.named(cells[7]),
                            Double.parseDouble(cells[8]),
                            Long.parseLong(cells[9]),
                            Rng.valueOf(cells[10]),
                            Txt2Img.Reading.USUAL));
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
    void paintsThePictureOfPyTorch(Case expected) {
        Picture picture = model.paint(expected.request(), StepListener.NONE);

        assertThat(relativeError(picture.latents().data(), floats(expected.name + ".latents.f32")))
                .isLessThan(1e-3);
        assertThat(psnr(picture.rgb(), resource(expected.name + ".rgb"))).isGreaterThan(50);
    }

    @Test
    void anotherPromptSeedOrScaleIsAnotherPicture() {
        byte[] picture =
                model.paint(request("a red house", "blurry", 7, 1), StepListener.NONE).rgb();

        for (Txt2Img other :
                List.of(
                        request("a blue house", "blurry", 7, 1),
                        request("a red house", "night", 7, 1),
                        request("a red house", "blurry", 3, 1),
                        request("a red house", "blurry", 7, 2))) {
            assertThat(psnr(model.paint(other, StepListener.NONE).rgb(), picture))
                    .as("%s", other)
                    .isLessThan(50);
        }
    }

    @Test
    void theSameRequestGivesTheSameBytes() {
        Txt2Img request = request("一只猫", "", 7, 1);
        byte[] first = model.paint(request, StepListener.NONE).png(Map.of("parameters", "一只猫"));

        assertThat(model.paint(request, StepListener.NONE).png(Map.of("parameters", "一只猫")))
                .isEqualTo(first);
    }

    @Test
    void picturesPaintedAtOnceAreThoseOfOneByOne() throws Exception {
        List<Txt2Img> requests =
                IntStream.range(0, 4)
                        .mapToObj(seed -> request("house " + seed, "", 7, seed))
                        .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var together =
                    requests.stream()
                            .map(request ->
                                    threads.submit(
                                            () -> model.paint(request, StepListener.NONE).rgb()))
                            .toList();
            for (int i = 0; i < requests.size(); i++) {
                assertThat(together.get(i).get())
                        .isEqualTo(model.paint(requests.get(i), StepListener.NONE).rgb());
            }
        }
    }

    @Test
    void tellsTheCheckpointsOwnSize() {
        assertThat(model.nativeWidth()).isEqualTo(96);
        assertThat(model.nativeHeight()).isEqualTo(64);
    }

    @Test
    void aCancelledPictureStops() {
        List<Integer> heard = new ArrayList<>();
        assertThatThrownBy(() ->
                        model.paint(
                                request("a cat", "", 7, 1),
                                (done, of) -> {
                                    heard.add(done);
                                    return false;
                                }))
                .isInstanceOf(CancellationException.class);
        assertThat(heard).containsExactly(1);
    }

    @Test
    void aVocabularyThatIsNotClipsIsRefused() {
        Path small = GoldenWeights.write(folder, "tiny", "64x64");
        assertThatThrownBy(() -> StableDiffusion.load(small))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "tiny.safetensors: expected a text encoder that knows 49408 tokens, found 512");
    }

    @Test
    void weightsThatAreNotNumbersFailThePictureAndNotTheModel(@TempDir Path other)
            throws IOException {
        Path file = GoldenWeights.write(other, "pipeline", "64x64");
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(bytes.length() - 200);
            byte[] notNumbers = new byte[200];
            Arrays.fill(notNumbers, (byte) 0xff);
            bytes.write(notNumbers);
        }
        try (var damaged = StableDiffusion.load(file)) {
            for (int twice = 0; twice < 2; twice++) {
                assertThatThrownBy(
                                () -> damaged.paint(request("a cat", "", 7, 1), StepListener.NONE))
                        .isInstanceOf(ArithmeticException.class)
                        .hasMessageMatching(
                                "the picture: \\d+ of 12288 numbers are not finite; the checkpoint is damaged or overflows");
            }
        }
    }

    @Test
    void networksWhosePainterCannotBeMadeDoNotStay() {
        Networks networks = Networks.load(GoldenWeights.write(folder, "tiny", "64x64"));

        assertThatThrownBy(() ->
                        StableDiffusion.of(
                                networks,
                                () -> {
                                    throw new IllegalStateException("out of memory");
                                }))
                .hasMessage("out of memory");
        assertThatThrownBy(() -> networks.decode(Tensor.zeros(1, 4, 8, 8)))
                .hasMessage("tiny.safetensors has been closed");
    }

    private static Txt2Img request(String prompt, String negative, double cfgScale, long seed) {
        return new Txt2Img(
                prompt,
                negative,
                64,
                64,
                3,
                Sampler.EULER_A,
                Schedule.KARRAS,
                cfgScale,
                seed,
                Rng.NV,
                Txt2Img.Reading.USUAL);
    }

    private static double relativeError(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        double error = 0;
        double whole = 0;
        for (int i = 0; i < found.length; i++) {
            error += Math.pow(found[i] - expected[i], 2);
            whole += Math.pow(expected[i], 2);
        }
        return Math.sqrt(error / whole);
    }

    private static double psnr(byte[] found, byte[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        double error = 0;
        for (int i = 0; i < found.length; i++) {
            error += Math.pow((found[i] & 0xff) - (expected[i] & 0xff), 2) / found.length;
        }
        return 10 * Math.log10(255 * 255 / error);
    }

    private static float[] floats(String name) {
        var floats = ByteBuffer.wrap(resource(name)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] numbers = new float[floats.remaining()];
        floats.get(numbers);
        return numbers;
    }

    private static byte[] resource(String name) {
        try (var file = StableDiffusionTest.class.getResourceAsStream("/golden/pipeline/" + name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
