package huafang.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.network.GoldenWeights;
import huafang.engine.pixels.PictureFile;
import huafang.engine.pixels.Pixels;
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
                "--by 2              | --by needs --upscale",
                "--hires 2 --by 3    | --by needs --upscale",
                "--hires 2 --upscaler Latnt | --upscaler: found 'Latnt', allowed: Latent, Latent (antialiased), Latent (bicubic), Latent (bicubic antialiased), Latent (nearest), Latent (nearest-exact), None, Lanczos, Nearest, or a file that is there",
                "--vae none/v        | --vae: there is no none/v",
                "--lora none/l:0.5   | --lora: there is no none/l",
                "--lora-folder none/l | --lora-folder: there is no none/l",
                "--embedding none/e  | --embedding: there is no none/e",
                "--embedding-folder none/e | --embedding-folder: there is no none/e",
                "--refiner none/r    | --refiner: there is no none/r",
                "--hires 2 --hires-checkpoint none/h | --hires-checkpoint: there is no none/h",
                "--upscale a.png     | --checkpoint cannot be with --upscale",
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
        public Upscaler upscaler(String name) {
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--prompt sea | --prompt cannot be with --upscale",
                "--hires 2    | --hires cannot be with --upscale",
                "--init a.png | --init cannot be with --upscale",
                "--to 8       | --to: found '8', allowed: WxH",
                "--to 8x8 --by 2 | --by cannot be with --to",
                "--crop no    | --crop needs --to",
                "--second-visibility 0.3 | --second-visibility needs --second-upscaler",
                "--second-upscaler None --second-visibility 2 | --second-visibility: found 2.0, allowed: 0 to 1",
                "--upscaler Latent | --upscaler: found 'Latent', allowed: None, Lanczos, Nearest, or a file that is there"
            })
    void whatEnlargingDoesNotHeedGetsASentence(String words, String sentence) {
        int status = run("--upscale a.png --out a.png " + words);

        assertThat(err.toString(UTF_8).strip()).isEqualTo(sentence);
        assertThat(status).isEqualTo(2);
    }

    /** As a job does it: the middle of a picture that covers the size, seen through another. */
    @Test
    void enlargesToASizeByTwoUpscalers() throws IOException {
        Path init = folder.resolve("init.png");
        try (var file = getClass().getResourceAsStream("/golden/modes/init.png")) {
            Files.copy(file, init);
        }
        Pixels picture = PictureFile.decode(Files.readAllBytes(init)).onWhite();
        int width = picture.width() + 10;
        int height = 2 * picture.height() - 3;
        String all =
                "--upscale FOLDER/init.png --upscaler Nearest --second-upscaler Lanczos --second-visibility 0.25 --to "
                        + width
                        + "x"
                        + height;

        assertThat(run(all + " --out FOLDER/a.png")).as(err.toString(UTF_8)).isZero();
        assertThat(run(all + " --crop no --out FOLDER/b.png")).isZero();

        Pixels first = Upscaler.NEAREST.enlarge(picture, 2, StepListener.NONE);
        Pixels second = Upscaler.LANCZOS.enlarge(picture, 2, StepListener.NONE);
        Pixels whole = EnlargedSize.blended(first, second, 0.25);
        Pixels middle =
                whole.cut(
                        whole.width() / 2 - width / 2,
                        whole.height() / 2 - height / 2,
                        width,
                        height);
        assertThat(read("a.png")).isEqualTo(middle);
        assertThat(read("b.png")).isEqualTo(whole);
        assertThat(whole.data()).isNotEqualTo(first.data());
        assertThat(run("--upscale FOLDER/init.png --out FOLDER/c.png --to 9999x0")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("size: found 9999 x 0, allowed: 0 to ");
    }

    private Pixels read(String name) throws IOException {
        return PictureFile.decode(Files.readAllBytes(folder.resolve(name))).onWhite();
    }
}
