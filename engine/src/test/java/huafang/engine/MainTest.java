package huafang.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import huafang.engine.network.Device;
import huafang.engine.network.GoldenWeights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir Path folder;

    private int run(String... words) {
        return new Main(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
                .run(words);
    }

    @Test
    void helpExplainsEveryOption() {
        assertThat(run("--help")).isZero();
        List<String> options =
                Stream.of(
                                Arguments.OPTIONS,
                                Img2ImgArguments.OPTIONS,
                                HiresArguments.OPTIONS,
                                UpscaleArguments.OPTIONS)
                        .flatMap(Collection::stream)
                        .toList();
        assertThat(options).hasSizeGreaterThan(65).doesNotHaveDuplicates();
        for (String option : options) {
            assertThat(out.toString(UTF_8)).containsPattern("--" + option + " \\S");
        }
        assertThat(err.size()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "--batch 0           | --batch: found 0, allowed: 1 to 100",
                "--device tpu        | --device: found 'tpu', allowed: auto, cpu or cuda",
                "--batch 2 --preview p.png | --preview cannot be with --batch",
                "--colour red        | unknown option --colour; --help lists them",
                "a.safetensors       | unknown option a.safetensors; --help lists them",
                "--steps             | --steps needs a value",
                "--prompt --steps 20 | --prompt needs a value",
                "--seed 1 --seed 2   | --seed is given twice",
                "--steps many        | --steps: found 'many', allowed: a whole number",
                "--steps 151         | steps: found 151, allowed: 1 to 150",
                "--cfg high          | --cfg: found 'high', allowed: a number",
                "--cfg NaN           | cfgScale: found NaN, allowed: 0 to 30",
                "--width 100         | width: found 100, allowed: a multiple of 8 from 64 to 2048",
                "--sampler Ralston   | sampler: found 'Ralston', allowed: DPM++ 2M, DPM++ SDE, DPM++ 2M SDE, DPM++ 2M SDE Heun, DPM++ 2S a, DPM++ 3M SDE, Euler a, Euler, LMS, Heun, DPM2, DPM2 a, DPM fast, DPM adaptive, Restart, DDIM, DDIM CFG++, PLMS, UniPC, LCM",
                "--schedule cosine   | schedule: found 'cosine', allowed: Automatic, Uniform, Karras, Exponential, Polyexponential, SGM Uniform, KL Optimal, Align Your Steps, Simple, Normal, DDIM, Beta",
                "--eta 2             | eta: found 2.0, allowed: 0 to 1",
                "--churn -1          | churn: found -1.0, allowed: 0 to 100",
                "--churn-from low    | --churn-from: found 'low', allowed: a number",
                "--noise-scale 3     | noiseScale: found 3.0, allowed: 0 to 2",
                "--rho 99            | rho: found 99.0, allowed: 0 to 20",
                "--discard maybe     | --discard: found 'maybe', allowed: yes, no",
                "--subseed-strength 2 | variationStrength: found 2.0, allowed: 0 to 1",
                "--resize-from 5     | resizeFromWidth: found 5, allowed: 0 or 8 to 2048",
                "--ensd x            | --ensd: found 'x', allowed: a whole number",
                "--seed -2           | seed: found -2, allowed: 0 or more",
                "--clip-skip 13      | clipSkip: found 13, allowed: 1 to 12",
                "--emphasis strong   | emphasis: found 'strong', allowed: Original, No norm, Ignore, None",
                "--rng gpu           | --rng: found 'gpu', allowed: cpu, nv",
                "--prompt \ufffd | --prompt: found text that is not in the locale's encoding; run under LC_ALL=C.UTF-8"
            })
    void senselessArgumentsGetOneSentence(String words, String sentence) {
        int status =
                run(
                        Stream.of("--checkpoint none --out a.png", words)
                                .flatMap(part -> Stream.of(part.split(" ")))
                                .toArray(String[]::new));

        assertThat(err.toString(UTF_8)).isEqualTo(sentence + System.lineSeparator());
        assertThat(status).isEqualTo(2);
        assertThat(out.size()).isZero();
    }

    @Test
    void theCheckpointAndTheTargetAreNeeded() {
        assertThat(run("--out", "a.png")).isEqualTo(2);
        assertThat(run("--checkpoint", "a.safetensors")).isEqualTo(2);
        assertThat(err.toString(UTF_8).lines())
                .containsExactly(
                        "--checkpoint is needed; --help tells more",
                        "--out is needed; --help tells more");
    }

    @Test
    void aTargetThatCannotBeWrittenIsToldBeforeTheWork() {
        Path absent = folder.resolve("absent");
        assertThat(run("--checkpoint", "none", "--out", absent + "/a.png")).isEqualTo(2);
        assertThat(run("--checkpoint", "none", "--out", "" + folder)).isEqualTo(2);
        assertThat(err.toString(UTF_8).lines())
                .containsExactly(
                        "--out: there is no folder " + absent, "--out: " + folder + " is a folder");
    }

    @Test
    void aBadCheckpointGetsItsSentenceAndNoTrace() throws IOException {
        Path pickle =
                Files.write(
                        folder.resolve("猫.ckpt"),
                        new byte[] {(byte) 0x80, 2, 'c', 'x', 0, 0, 0, 0, 0, 0});

        int status = run("--checkpoint", "" + pickle, "--out", folder + "/a.png");

        assertThat(status).isEqualTo(1);
        assertThat(err.toString(UTF_8).lines().skip(1))
                .singleElement()
                .asString()
                .contains("猫.ckpt");
        assertThat(folder.resolve("a.png")).doesNotExist();
    }

    /** The case "chinese" of tools/golden/pipeline.py. */
    @Test
    void paintsThePictureAndKeepsItsLatents() throws IOException {
        Path checkpoint = GoldenWeights.write(folder, "pipeline", "72x104");
        Path picture = folder.resolve("图.png");
        Path latents = folder.resolve("图.f32");

        int status =
                run(
                        "--checkpoint",
                        "" + checkpoint,
                        "--out",
                        "" + picture,
                        "--latents",
                        "" + latents,
                        "--prompt",
                        "一座红色的房子，海边，日落 🌅",
                        "--negative",
                        "模糊、夜晚",
                        "--steps",
                        "6",
                        "--sampler",
                        "dpm++ 2m",
                        "--schedule",
                        "KARRAS",
                        "--seed",
                        "4",
                        "--rng",
                        "cpu");

        assertThat(status).isZero();
        assertThat(out.toString(UTF_8))
                .matches("\\Q" + picture + "\\E  72 x 104, seed 4, [\\d.]+ s\\R");
        assertThat(ImageIO.read(picture.toFile()).getHeight()).isEqualTo(104);
        try (var expected =
                MainTest.class.getResourceAsStream("/golden/pipeline/chinese.latents.f32")) {
            var found = littleEndian(Files.readAllBytes(latents));
            var golden = littleEndian(expected.readAllBytes());
            assertThat(found.remaining()).isEqualTo(4 * 13 * 9).isEqualTo(golden.remaining());
            while (found.hasRemaining()) {
                assertThat(found.get()).isCloseTo(golden.get(), within(1e-2f));
            }
        }
    }

    private static FloatBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    @Test
    void aSeedByChanceIsToldAndPaintsTheSameAgain() throws IOException {
        String checkpoint = "" + GoldenWeights.write(folder, "pipeline", "64x64");
        run("--checkpoint", checkpoint, "--out", folder + "/a.png", "--steps", "1", "--seed", "-1");
        String seed = out.toString(UTF_8).replaceFirst("(?s).*seed (\\d+),.*", "$1");

        run("--checkpoint", checkpoint, "--out", folder + "/b.png", "--steps", "1", "--seed", seed);

        assertThat(folder.resolve("b.png")).hasSameBinaryContentAs(folder.resolve("a.png"));
    }

    @Test
    void keepsAPreviewOfWhatIsExpected() throws IOException {
        String checkpoint = "" + GoldenWeights.write(folder, "pipeline", "64x72");
        Path preview = folder.resolve("preview.png");

        int status =
                run(
                        ("--checkpoint " + checkpoint + " --out " + folder + "/a.png --steps 2")
                                .concat(" --preview " + preview)
                                .split(" "));

        assertThat(status).isZero();
        assertThat(ImageIO.read(preview.toFile()).getWidth()).isEqualTo(8);
        assertThat(ImageIO.read(preview.toFile()).getHeight()).isEqualTo(9);
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void anAbsentCheckpointGetsASentence() {
        assertThat(run("--checkpoint", folder + "/none.safetensors", "--out", folder + "/a.png"))
                .isEqualTo(1);
        assertThat(err.toString(UTF_8).lines().skip(1))
                .singleElement()
                .asString()
                .contains("none.safetensors");
    }

    @Test
    void aDeviceThatDoesNotWorkGetsASentenceBeforeAFileIsRead() {
        assumeThat(Device.CUDA.reasonAgainst()).isNotEmpty();

        assertThat(run("--checkpoint", "none", "--out", "a.png", "--device", "cuda")).isEqualTo(1);
        assertThat(err.toString(UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("the device cuda cannot be used: ");
    }

    @Test
    void afterTheFirstFailureTheOthersOfABatchAreNotPainted() throws IOException {
        Files.createDirectory(folder.resolve("a-1.png"));
        String words =
                "--checkpoint %s --device cpu --steps 1 --batch 3 --out %s/a.png"
                        .formatted(GoldenWeights.write(folder, "pipeline", "64x64"), folder);

        assertThat(run(words.split(" "))).isEqualTo(1);

        assertThat(err.toString(UTF_8)).contains(folder + "/a-1.png is a folder");
        assertThat(folder.resolve("a-2.png")).doesNotExist();
        assertThat(folder.resolve("a-3.png")).doesNotExist();
    }

    @Test
    void aBatchIsThePicturesOfTheNextSeeds() throws IOException {
        assertThatTheThirdIs("--seed 7", "--seed 9");
        assertThat(Files.exists(folder.resolve("a.png"))).isFalse();
        assertThat(folder.resolve("a-1.png")).isRegularFile();
        assertThat(Files.readAllBytes(folder.resolve("a-2.png")))
                .isNotEqualTo(Files.readAllBytes(folder.resolve("a-1.png")));
        assertThat(err.toString(UTF_8)).contains("step 6 of 6");
    }

    @ParameterizedTest
    @CsvSource({
        "--seed 7 --subseed 4 --subseed-strength 0.3, --seed 7 --subseed 6 --subseed-strength 0.3",
        "--seed 7 --subseed-strength 1, --seed 7 --subseed 2 --subseed-strength 1",
        "--seed 7 --subseed 4 --subseed-strength 0, --seed 9"
    })
    void aBatchOfVariationsKeepsItsSeed(String ofAll, String ofTheThird) {
        assertThatTheThirdIs(ofAll, ofTheThird);
    }

    private void assertThatTheThirdIs(String ofAll, String ofTheThird) {
        String demo = "../deploy/models/Stable-diffusion/huafang-demo.safetensors";
        String[] words = {
            "--checkpoint",
            demo,
            "--prompt",
            "a red house",
            "--steps",
            "2",
            "--width",
            "64",
            "--height",
            "64",
            "--device",
            "cpu"
        };

        String all = ofAll + " --batch 3 --out " + folder + "/a.png";
        String third = ofTheThird + " --out " + folder + "/b.png";

        assertThat(run(with(words, all.split(" ")))).as("%s", err).isZero();
        assertThat(run(with(words, third.split(" ")))).as("%s", err).isZero();

        assertThat(folder.resolve("a-3.png")).hasSameBinaryContentAs(folder.resolve("b.png"));
    }

    private static String[] with(String[] words, String... more) {
        return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
    }
}
