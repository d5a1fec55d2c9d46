package huafang.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.network.GoldenWeights;
import huafang.engine.pixels.PictureFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Img2ImgArgumentsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir Path folder;

    @BeforeEach
    void store() throws IOException {
        for (String name : new String[] {"init.png", "mask.png"}) {
            try (var file = getClass().getResourceAsStream("/golden/modes/" + name)) {
                Files.copy(file, folder.resolve(name));
            }
        }
        Files.writeString(folder.resolve("text.png"), "no picture");
    }

    private int run(String words) {
        return new Main(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
                .run(words.replace("FOLDER", "" + folder).split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--strength 0.5      | --strength needs --init",
                "--resize-mode crop-and-resize | --resize-mode needs --init",
                "--init FOLDER/none  | --init: cannot read FOLDER/none",
                "--init FOLDER/text.png | --init: FOLDER/text.png: the picture: found a file of another kind, allowed: PNG, JPEG",
                "--init FOLDER/init.png --strength 2 | strength: found 2.0, allowed: 0 to 1",
                "--init FOLDER/init.png --strength x | --strength: found 'x', allowed: a number",
                "--mask FOLDER/mask.png | --mask needs --init",
                "--init FOLDER/init.png --padding 3 | --padding needs --mask",
                "--init FOLDER/init.png --mask FOLDER/mask.png --fill red | --fill: found 'red', allowed: fill, original, latent-noise, latent-nothing",
                "--init FOLDER/init.png --mask FOLDER/mask.png --mask-blur 4x | --mask-blur: found '4x', allowed: N or NxN",
                "--init FOLDER/init.png --mask FOLDER/mask.png --mask-blur 4x65 | blurY: found 65, allowed: 0 to 64",
                "--init FOLDER/init.png --mask FOLDER/mask.png --only-masked maybe | --only-masked: found 'maybe', allowed: yes, no",
                "--init FOLDER/init.png --mask FOLDER/mask.png --padding 257 | padding: found 257, allowed: 0 to 256",
                "--init FOLDER/init.png --resize-mode tall | --resize-mode: found 'tall', allowed: just-resize, crop-and-resize, resize-and-fill, latent-upscale"
            })
    void senselessArgumentsGetOneSentence(String words, String sentence) {
        int status = run("--checkpoint none --out a.png " + words);

        assertThat(err.toString(UTF_8).strip()).isEqualTo(sentence.replace("FOLDER", "" + folder));
        assertThat(status).isEqualTo(2);
    }

    @Test
    void paintsOverAPictureAsItIsTold() throws IOException {
        GoldenWeights.write(folder, "over", "64x88");
        String usual =
                "--checkpoint FOLDER/over.safetensors --init FOLDER/init.png --steps 4 --seed 1 ";

        assertThat(run(usual + "--out FOLDER/usual.png")).isZero();
        assertThat(run(usual + "--out FOLDER/same.png --strength 0.75")).isZero();
        assertThat(run(usual + "--out FOLDER/less.png --strength 0.4")).isZero();
        assertThat(run(usual + "--out FOLDER/cropped.png --resize-mode crop-and-resize")).isZero();
        assertThat(run(usual + "--out FOLDER/louder.png --noise-multiplier 1.1")).isZero();

        Path first = folder.resolve("usual.png");
        assertThat(PictureFile.decode(Files.readAllBytes(first)).height()).isEqualTo(88);
        assertThat(folder.resolve("same.png")).hasSameBinaryContentAs(first);
        for (String other : new String[] {"less.png", "cropped.png", "louder.png"}) {
            assertThat(Files.mismatch(first, folder.resolve(other))).isNotNegative();
        }
    }

    @Test
    void paintsTheMaskedPartAsItIsTold() throws IOException {
        GoldenWeights.write(folder, "over", "64x88");
        String usual =
                "--checkpoint FOLDER/over.safetensors --init FOLDER/init.png --mask FOLDER/mask.png"
                        + " --steps 2 --seed 1 ";
        String[] others = {
            "--invert-mask yes", "--mask-blur 9", "--mask-blur 4x0", "--fill fill",
            "--fill latent-noise", "--fill latent-nothing", "--mask-round no", "--only-masked yes",
            "--only-masked yes --padding 4"
        };

        assertThat(run(usual + "--out FOLDER/usual.png")).isZero();
        assertThat(run(usual + "--out FOLDER/0.png --mask-blur 4x4 --fill original")).isZero();
        Set<String> pictures = new HashSet<>();
        for (String other : others) {
            assertThat(run(usual + "--out FOLDER/other.png " + other)).isZero();
            pictures.add(Arrays.toString(Files.readAllBytes(folder.resolve("other.png"))));
        }

        Path first = folder.resolve("usual.png");
        assertThat(folder.resolve("0.png")).hasSameBinaryContentAs(first);
        assertThat(pictures)
                .hasSize(others.length)
                .doesNotContain(Arrays.toString(Files.readAllBytes(first)));
    }
}
