package huafang.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.network.GoldenWeights;
import huafang.engine.pixels.PictureFile;
import huafang.engine.pixels.Pixels;
import huafang.engine.pixels.ResizeMode;
import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import huafang.engine.sampling.StepListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pictures painted over others, and some of every family from text alone, against PyTorch's, which
 * tools/golden/modes.py made.
 */
class Img2ImgTest {
    @TempDir static Path folder;
    private static final Map<String, StableDiffusion> MODELS = new HashMap<>();

    @AfterAll
    static void close() {
        MODELS.values().forEach(StableDiffusion::close);
    }

    private static StableDiffusion model(String name) {
        return MODELS.computeIfAbsent(
                name, key -> StableDiffusion.load(GoldenWeights.write(folder, key, "96x64")));
    }

    private record Case(String name, String checkpoint, Request request) {
        static Case parse(String line) {
            String[] cells = line.split("\t");
            var text =
                    new Txt2Img(
                            "a red house by the sea",
                            cells[17],
                            Integer.parseInt(cells[8]),
                            Integer.parseInt(cells[9]),
                            Integer.parseInt(cells[4]),
                            Sampler.named(cells[2]),
                            Schedule.named(cells[3]),
                            7,
                            Long.parseLong(cells[10]),
                            Rng.CPU,
                            Txt2Img.Reading.USUAL);
            var over =
                    new Img2Img(
                            text,
                            init(),
                            ResizeMode.valueOf(cells[6]),
                            Double.parseDouble(cells[5]),
                            Double.parseDouble(cells[7]),
                            inpainting(cells));
            return new Case(cells[0], cells[1], cells[18].equals("True") ? over : text);
        }

        private static Optional<Inpainting> inpainting(String[] cells) {
            int padding = Integer.parseInt(cells[15]);
            return cells[11].isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new Inpainting(
                                    PictureFile.decode(resource("mask.png")).mask(true),
                                    cells[14].equals("True"),
                                    Integer.parseInt(cells[12]),
                                    Integer.parseInt(cells[13]),
                                    cells[16].equals("True"),
                                    Inpainting.Fill.valueOf(cells[11]),
                                    padding >= 0,
                                    Math.max(padding, 0)));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Pixels init() {
        return PictureFile.decode(resource("init.png"));
    }

    static Stream<Case> cases() {
        return new String(resource("cases.tsv"), UTF_8).lines().map(Case::parse);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void paintsThePictureOfPyTorch(Case expected) {
        Picture picture = model(expected.checkpoint).paint(expected.request(), StepListener.NONE);

        assertThat(relativeError(picture.latents().data(), floats(expected.name + ".latents.f32")))
                .isLessThan(1e-4);
        assertThat(psnr(picture.rgb(), resource(expected.name + ".rgb"))).isGreaterThan(50);
    }

    @Test
    void aStrengthOfNothingKeepsThePictureAndMoreChangesMore() {
        byte[] kept = paint(request(0, 1));
        byte[] some = paint(request(0.5, 1));
        byte[] all = paint(request(1, 1));

        assertThat(psnr(kept, some)).isGreaterThan(psnr(kept, all));
        assertThat(paint(request(0.5, 1.2))).isNotEqualTo(some);
    }

    @Test
    void onlyTheLastStepsAreRun() {
        List<Integer> heard = new ArrayList<>();
        model("over").paint(request(0.5, 1), (done, of) -> heard.add(done) && of == 3);

        assertThat(heard).containsExactly(1, 2, 3);
    }

    @Test
    void whatIsNotMaskedStaysToTheBit() {
        Pixels nothing = new Pixels(96, 64, 1, new byte[96 * 64]);
        Pixels left = new Pixels(96, 64, 1, new byte[96 * 64]);
        for (int i = 0; i < left.data().length; i++) {
            left.data()[i] = (byte) (i % 96 < 48 ? 255 : 0);
        }

        assertThat(paint(masked(new Inpainting(nothing)))).isEqualTo(fitted());
        assertDifference(paint(masked(new Inpainting(left))), 0, 48 - 10, 48 + 10, 96);
        var inverted = new Inpainting(left, true, 4, 4, true, Inpainting.Fill.ORIGINAL, false, 32);
        assertDifference(paint(masked(inverted)), 48 + 10, 96, 0, 48 - 10);
    }

    /** The picture that comes out is as large as the one that is painted over. */
    @Test
    void onlyTheMaskedPartIsPaintedAndPutBack() {
        Pixels mask = new Pixels(120, 80, 1, new byte[120 * 80]);
        for (int i = 0; i < mask.data().length; i++) {
            mask.data()[i] = (byte) (i % 120 < 30 && i / 120 < 30 ? 255 : 0);
        }
        var part = new Inpainting(mask, false, 0, 0, true, Inpainting.Fill.ORIGINAL, true, 0);

        Picture picture = model("over").paint(masked(part), StepListener.NONE);

        assertThat(picture.width()).isEqualTo(120);
        assertThat(picture.latents().shape()).containsExactly(1, 4, 8, 12);
        byte[] before = init().data();
        for (int i = 0; i < before.length; i++) {
            if (i / 3 % 120 >= 30 || i / 360 >= 30) {
                assertThat(picture.rgb()[i]).isEqualTo(before[i]);
            }
        }
        assertThat(psnr(picture.rgb(), before)).isLessThan(40);
    }

    @Test
    void whereNothingIsMaskedAndOnlyThatIsAskedForAllIsPainted() {
        Pixels nothing = new Pixels(120, 80, 1, new byte[120 * 80]);
        var part = new Inpainting(nothing, false, 4, 4, true, Inpainting.Fill.FILL, true, 0);

        assertThat(paint(masked(part))).isEqualTo(paint(request(0.75, 1)));
    }

    /** Where the picture is too large for the encoder, too. */
    @Test
    void underAMaskPixelsAreResizedAndNotLatents() {
        var init = ResizeMode.JUST_RESIZE.fit(init(), 2056, 80);
        for (boolean onlyMasked : new boolean[] {true, false}) {
            Pixels nothing = new Pixels(9, 9, 1, new byte[81]);
            var mask =
                    new Inpainting(nothing, false, 4, 4, true, Inpainting.Fill.FILL, onlyMasked, 0);
            var latent =
                    new Img2Img(
                            request(1, 1).picture(),
                            init,
                            ResizeMode.LATENT_UPSCALE,
                            0.5,
                            1,
                            Optional.of(mask));
            var pixels =
                    new Img2Img(
                            latent.picture(),
                            init,
                            ResizeMode.JUST_RESIZE,
                            0.5,
                            1,
                            Optional.of(mask));
            assertThat(paint(latent)).isEqualTo(paint(pixels));
        }
    }

    /** Columns that changed, and columns that did not. */
    private static void assertDifference(byte[] found, int from, int to, int same, int until) {
        byte[] before = fitted();
        int changed = 0;
        for (int i = 0; i < found.length; i++) {
            int column = i / 3 % 96;
            changed += column >= from && column < to && found[i] != before[i] ? 1 : 0;
            if (column >= same && column < until) {
                assertThat(found[i]).isEqualTo(before[i]);
            }
        }
        assertThat(changed).isGreaterThan(64 * 3 * (to - from) / 2);
    }

    private static byte[] fitted() {
        return ResizeMode.JUST_RESIZE.fit(init(), 96, 64).data();
    }

    private static Img2Img masked(Inpainting inpainting) {
        return new Img2Img(
                request(1, 1).picture(),
                init(),
                ResizeMode.JUST_RESIZE,
                0.75,
                1,
                Optional.of(inpainting));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "65 | 4  | 32  | blurX: found 65, allowed: 0 to 64",
                "4  | -1 | 32  | blurY: found -1, allowed: 0 to 64",
                "4  | 4  | 257 | padding: found 257, allowed: 0 to 256"
            })
    void masksOutOfRangeAreRefused(int blurX, int blurY, int padding, String sentence) {
        Pixels mask = init().mask(true);
        assertThatThrownBy(() ->
                        new Inpainting(
                                mask,
                                false,
                                blurX,
                                blurY,
                                true,
                                Inpainting.Fill.FILL,
                                true,
                                padding))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    /** What the encoder cannot read is told as such, and the model lives on. */
    @Test
    void anEncoderThatIsNotANumberFailsThePicture(@TempDir Path other) {
        Path file =
                GoldenWeights.write(
                        other,
                        "over",
                        "64x64",
                        line -> line,
                        name -> name.contains("quant_conv") ? Double.NaN : 0);
        try (var damaged = StableDiffusion.load(file)) {
            assertThatThrownBy(() -> damaged.paint(request(0.5, 1), StepListener.NONE))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageMatching(
                            "the latents of the given picture: \\d+ of 384 numbers are not finite; the checkpoint is damaged or overflows");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.5 | 1   | strength: found 1.5, allowed: 0 to 1",
                "NaN | 1   | strength: found NaN, allowed: 0 to 1",
                "0.5 | 1.6 | noiseMultiplier: found 1.6, allowed: 0 to 1.5"
            })
    void numbersOutOfRangeAreRefused(double strength, double noise, String sentence) {
        assertThatThrownBy(() -> request(strength, noise))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @Test
    void aPictureTooLargeForTheEncoderIsRefusedWhereLatentsAreResized() {
        Txt2Img picture = request(0.5, 1).picture();
        Pixels wide = new Pixels(2056, 8, 3, new byte[2056 * 8 * 3]);
        assertThatThrownBy(() -> new Img2Img(picture, wide, ResizeMode.LATENT_UPSCALE, 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "init: found 2056 x 8, allowed: 8 to 2048 pixels a side where latents are resized");
        assertThat(new Img2Img(picture, wide, ResizeMode.JUST_RESIZE, 0.5).init()).isEqualTo(wide);
    }

    private static byte[] paint(Img2Img request) {
        return model("over").paint(request, StepListener.NONE).rgb();
    }

    private static Img2Img request(double strength, double noiseMultiplier) {
        return new Img2Img(
                new Txt2Img(
                        "a boat",
                        "",
                        96,
                        64,
                        4,
                        Sampler.EULER,
                        Schedule.KARRAS,
                        7,
                        1,
                        Rng.NV,
                        Txt2Img.Reading.USUAL),
                init(),
                ResizeMode.JUST_RESIZE,
                strength,
                noiseMultiplier,
                Optional.empty());
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
        try (var file = Img2ImgTest.class.getResourceAsStream("/golden/modes/" + name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
