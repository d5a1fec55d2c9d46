package huafang.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
        assertThat(out.toString(UTF_8))
                .contains(
                        "--checkpoint",
                        "--out",
                        "--prompt",
                        "--negative",
                        "--steps",
                        "--sampler",
                        "--schedule")
                .contains("--cfg", "--seed", "--rng", "--width", "--height", "--latents");
        assertThat(err.size()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
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
                "--sampler Heun      | sampler: found 'Heun', allowed: Euler, Euler a, DPM++ 2M",
                "--schedule beta     | schedule: found 'beta', allowed: Automatic, Uniform, Karras",
                "--seed -2           | seed: found -2, allowed: 0 or more",
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

    @Test
    void anAbsentCheckpointGetsASentence() {
        assertThat(run("--checkpoint", folder + "/none.safetensors", "--out", folder + "/a.png"))
                .isEqualTo(1);
        assertThat(err.toString(UTF_8).lines().skip(1))
                .singleElement()
                .asString()
                .contains("none.safetensors");
    }
}
