package huafang.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Txt2ImgTest {
    @ParameterizedTest
    @CsvSource({
        "64, 2048, 1, 0, 0",
        "2048, 64, 150, 30, 9007199254740991",
        "512, 776, 20, 7.5, 4294967295"
    })
    void takesAllThatIsAllowed(int width, int height, int steps, double cfgScale, long seed) {
        assertThat(request(width, height, steps, cfgScale, seed).width()).isEqualTo(width);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "60   | 512  | 20  | 7    | 1  | width: found 60, allowed: a multiple of 8 from 64 to 2048",
                "2056 | 512  | 20  | 7    | 1  | width: found 2056, allowed: a multiple of 8 from 64 to 2048",
                "512  | 513  | 20  | 7    | 1  | height: found 513, allowed: a multiple of 8 from 64 to 2048",
                "512  | -8   | 20  | 7    | 1  | height: found -8, allowed: a multiple of 8 from 64 to 2048",
                "512  | 512  | 0   | 7    | 1  | steps: found 0, allowed: 1 to 150",
                "512  | 512  | 151 | 7    | 1  | steps: found 151, allowed: 1 to 150",
                "512  | 512  | 20  | -0.1 | 1  | cfgScale: found -0.1, allowed: 0 to 30",
                "512  | 512  | 20  | 30.5 | 1  | cfgScale: found 30.5, allowed: 0 to 30",
                "512  | 512  | 20  | NaN  | 1  | cfgScale: found NaN, allowed: 0 to 30",
                "512  | 512  | 20  | 7    | -1 | seed: found -1, allowed: 0 or more"
            })
    void refusesTheRestByName(
            int width, int height, int steps, double cfgScale, long seed, String sentence) {
        assertThatThrownBy(() -> request(width, height, steps, cfgScale, seed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @Test
    void refusesWhatIsMissing() {
        assertThatThrownBy(() ->
                        new Txt2Img(
                                null,
                                "",
                                512,
                                512,
                                20,
                                Sampler.EULER,
                                Schedule.KARRAS,
                                7,
                                1,
                                Rng.NV,
                                Txt2Img.Reading.USUAL))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("prompt");
    }

    private static Txt2Img request(int width, int height, int steps, double cfgScale, long seed) {
        return new Txt2Img(
                "",
                "",
                width,
                height,
                steps,
                Sampler.EULER,
                Schedule.AUTOMATIC,
                cfgScale,
                seed,
                Rng.CPU,
                Txt2Img.Reading.USUAL);
    }
}
