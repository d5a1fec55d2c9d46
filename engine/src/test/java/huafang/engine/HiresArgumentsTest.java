package huafang.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.network.GoldenWeights;
import huafang.engine.sampling.StepListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HiresArgumentsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir Path folder;

    private int run(String words) {
        return new Main(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
                .run(words.replace("FOLDER", "" + folder).split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--hires 0.5         | --hires: found '0.5', allowed: a factor or WxH",
                "--hires wide        | --hires: found 'wide', allowed: a factor or WxH",
                "--hires-steps 5     | --hires-steps needs --hires",
                "--upscaler Lanczos  | --upscaler needs --hires or --upscale",
                "--by 2              | --by needs --hires or --upscale",
                "--hires 2 --hires-strength 2 | strength: found 2.0, allowed: 0 to 1",
                "--hires 2 --hires-strength 1e-8 | strength: found 1.0E-8, allowed: 0, or from 20/15000 to 1",
                "--hires 2 --hires-steps 151 | hires steps: found 151, allowed: 0 to 150",
                "--upscale a.png --by 9 | --by: found 9.0, allowed: above 0 to 8",
                "--refiner-at 0.5    | --refiner-at needs --refiner",
                "--refiner a --refiner-at 2 | refiner at: found 2.0, allowed: 0 to 1",
                "--refiner a --refiner-by time | --refiner-by: found 'time', allowed: noise, steps",
                "--tiling maybe      | --tiling: found 'maybe', allowed: yes, no",
                "--vae-tile 100      | --vae-tile: found '100', allowed: a multiple of 8 from 64"
            })
    void senselessArgumentsGetOneSentence(String words, String sentence) {
        int status = run("--checkpoint none --out a.png " + words);

        assertThat(err.toString(UTF_8).strip()).isEqualTo(sentence);
        assertThat(status).isEqualTo(2);
    }

    @Test
    void paintsInTwoPassesWithAnUpscaler() throws IOException {
        GoldenWeights.write(folder, "over", "64x64");
        GoldenWeights.write(folder, "esrgan-x2", "");

        int status =
                run(
                        "--checkpoint FOLDER/over.safetensors --out FOLDER/a.png --steps 2 --hires 80x64 --upscaler FOLDER/esrgan-x2.safetensors --hires-steps 2 --refiner FOLDER/over.safetensors --refiner-at 0.5 --hires-checkpoint FOLDER/over.safetensors --vae-tile 64 --tiling yes");

        assertThat(status).as(err.toString(UTF_8)).isZero();
        assertThat(out.toString(UTF_8)).contains("80 x 64, seed");
        assertThat(ImageIO.read(folder.resolve("a.png").toFile()).getWidth()).isEqualTo(80);
    }

    /** As a job does it: whoever decodes has the VAE that is asked for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--refiner FOLDER/other/over.safetensors --refiner-at 0.5",
                "--hires 2 --hires-checkpoint FOLDER/other/over.safetensors"
            })
    void anotherVaeIsForEveryCheckpoint(String words) throws IOException {
        GoldenWeights.write(folder, "over", "64x64");
        GoldenWeights.write(Files.createDirectory(folder.resolve("other")), "over", "64x64");
        GoldenWeights.write(
                Files.createDirectory(folder.resolve("vae")),
                "over",
                "64x64",
                line -> line,
                name -> name.endsWith("decoder.conv_out.bias") ? 0.5 : 0);
        String all =
                "--checkpoint FOLDER/over.safetensors --device cpu --seed 1 --steps 2 " + words;

        assertThat(run(all + " --out FOLDER/own.png")).as(err.toString(UTF_8)).isZero();
        assertThat(run(all + " --out FOLDER/a.png --vae FOLDER/vae/over.safetensors")).isZero();

        byte[] expected;
        try (var first = StableDiffusion.load(folder.resolve("over.safetensors"), vae());
                var last = StableDiffusion.load(folder.resolve("other/over.safetensors"), vae())) {
            var arguments =
                    Arguments.parse((all + " --out a").replace("FOLDER", "" + folder).split(" "));
            var lent = new OneModel(last);
            expected =
                    first.paint(
                                    arguments.request(64, 64, lent),
                                    arguments.hires().manner(lent),
                                    StepListener.NONE)
                            .png(Map.of());
        }
        assertThat(folder.resolve("a.png")).hasBinaryContent(expected);
        assertThat(Files.readAllBytes(folder.resolve("own.png"))).isNotEqualTo(expected);
    }

    private Optional<Path> vae() {
        return Optional.of(folder.resolve("vae/over.safetensors"));
    }

    private record OneModel(StableDiffusion second) implements HiresArguments.Lent {
        @Override
        public StableDiffusion refiner() {
            return second;
        }

        @Override
        public Upscaler upscaler() {
            return Upscaler.NONE;
        }
    }

    @Test
    void enlargesAPictureAlone() throws IOException {
        Path init = folder.resolve("init.png");
        try (var file = getClass().getResourceAsStream("/golden/modes/init.png")) {
            Files.copy(file, init);
        }
        GoldenWeights.write(folder, "compact-x3", "");

        int status =
                run(
                        "--upscale FOLDER/init.png --out FOLDER/a.png --by 1.5 --upscaler FOLDER/compact-x3.safetensors");

        assertThat(status).as(err.toString(UTF_8)).isZero();
        assertThat(out.toString(UTF_8)).contains("a.png  176 x 120, ");
        assertThat(ImageIO.read(folder.resolve("a.png").toFile()).getWidth()).isEqualTo(176);
        assertThat(run("--upscale FOLDER/none.png --out FOLDER/a.png")).isEqualTo(1);
        assertThat(run("--upscale FOLDER/init.png --out FOLDER/a.png --upscaler FOLDER/init.png"))
                .isEqualTo(1);
    }
}
