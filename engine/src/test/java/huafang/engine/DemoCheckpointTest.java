package huafang.engine;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import java.nio.file.Path;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The checkpoint in the tree does in this engine what it was trained to do; how well, over 100
 * captions, tools/demo-model measures.
 */
class DemoCheckpointTest {
    private static final Path FILE =
            Path.of("../deploy/models/Stable-diffusion/huafang-demo.safetensors");
    private static final int SEEDS = 3;

    private static StableDiffusion demo;

    @BeforeAll
    static void load() {
        demo = StableDiffusion.load(FILE);
    }

    @AfterAll
    static void close() {
        demo.close();
    }

    @ParameterizedTest
    @CsvSource({"a clear sky by day, a clear sky at night", "白天晴朗, 夜晚晴朗"})
    void dayIsBrighterThanNight(String day, String night) {
        assertThat(mean(day, "", DemoCheckpointTest::brightness))
                .isGreaterThan(2 * mean(night, "", DemoCheckpointTest::brightness));
    }

    @ParameterizedTest
    @CsvSource({"a red house in the hills, a blue house in the hills", "山丘上的红色房子, 山丘上的蓝色房子"})
    void aHouseHasItsColour(String red, String blue) {
        assertThat(mean(red, "", DemoCheckpointTest::red)).isGreaterThan(200);
        assertThat(mean(blue, "", DemoCheckpointTest::red)).isLessThan(50);
    }

    @ParameterizedTest
    @CsvSource({"'trees in the desert in the daytime', trees", "'白天，沙漠，树木', 树木"})
    void theNegativePromptTakesThingsAway(String prompt, String unwanted) {
        assertThat(mean(prompt, "", DemoCheckpointTest::green)).isGreaterThan(200);
        assertThat(mean("白天，沙漠", unwanted, DemoCheckpointTest::green)).isLessThan(50);
    }

    /** Over some seeds, at the checkpoint's own size. */
    private static double mean(String prompt, String negative, ToDoubleFunction<Picture> measure) {
        return IntStream.range(0, SEEDS)
                .mapToDouble(seed -> measure.applyAsDouble(paint(prompt, negative, seed)))
                .average()
                .orElseThrow();
    }

    private static Picture paint(String prompt, String negative, int seed) {
        var request =
                new Txt2Img(
                        prompt,
                        negative,
                        demo.nativeWidth(),
                        demo.nativeHeight(),
                        12,
                        Sampler.DPMPP_2M,
                        Schedule.KARRAS,
                        5,
                        seed,
                        Rng.NV,
                        Txt2Img.Reading.USUAL);
        return demo.paint(request, (step, steps) -> true);
    }

    /** Of the upper half, 0 to 255. */
    private static double brightness(Picture picture) {
        return IntStream.range(0, picture.rgb().length / 2)
                .mapToDouble(i -> picture.rgb()[i] & 255)
                .average()
                .orElseThrow();
    }

    /** How many pixels of the lower half are of a red wall. */
    private static double red(Picture picture) {
        return count(picture, (r, g, b) -> r > 140 && g < 90 && b < 90);
    }

    /** How many pixels of the lower half are of leaves: dark, and bluer than grass. */
    private static double green(Picture picture) {
        return count(picture, (r, g, b) -> g > r + 30 && g > b + 10 && r < 90);
    }

    private interface Colour {
        boolean is(int red, int green, int blue);
    }

    private static double count(Picture picture, Colour colour) {
        byte[] rgb = picture.rgb();
        int pixels = rgb.length / 3;
        return IntStream.range(pixels / 2, pixels)
                .map(pixel -> 3 * pixel)
                .filter(i -> colour.is(rgb[i] & 255, rgb[i + 1] & 255, rgb[i + 2] & 255))
                .count();
    }
}
