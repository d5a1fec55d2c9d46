package huafang.contracts.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.contracts.infotext.Infotext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationParametersTest {
    private static final Model MODEL =
            new Model("a/demo.v1.safetensors", "0123456789abcdef".repeat(4));

    private static GenerationParameters with(
            String prompt, int width, int steps, double cfgScale, long seed) {
        return new GenerationParameters(
                prompt,
                "",
                width,
                512,
                steps,
                Sampler.EULER_A,
                Scheduler.KARRAS,
                cfgScale,
                seed,
                Rng.NV,
                MODEL);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 72, 512, 2048})
    void takesSidesThatAreMultiplesOfEight(int width) {
        assertThat(with("", width, 1, 1, 0).width()).isEqualTo(width);
    }

    @ParameterizedTest
    @ValueSource(ints = {-8, 0, 56, 65, 513, 2056})
    void refusesOtherSidesAndNamesWhatIsAllowed(int width) {
        assertThatThrownBy(() -> with("", width, 1, 1, 0))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage("width: found %d, allowed: a multiple of 8 from 64 to 2048", width);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 7, 0, steps",
        "151, 7, 0, steps",
        "1, -0.1, 0, cfgScale",
        "1, 30.1, 0, cfgScale",
        "1, NaN, 0, cfgScale",
        "1, 7, -1, seed",
        "1, 7, 9007199254740992, seed"
    })
    void refusesWhatIsOutOfRange(int steps, double cfgScale, long seed, String field) {
        assertThatThrownBy(() -> with("", 64, steps, cfgScale, seed))
                .isInstanceOfSatisfying(
                        InvalidParameterException.class,
                        e -> assertThat(e.field()).isEqualTo(field));
    }

    @Test
    void refusesAPromptThatIsTooLongWithoutRepeatingIt() {
        assertThatThrownBy(() -> with("x".repeat(10_001), 64, 1, 1, 0))
                .hasMessage("prompt: found \"10001 characters\", allowed: at most 10000");
    }

    @Test
    void eachImageOfARequestHasItsOwnSeed() {
        assertThat(with("p", 64, 1, 1, 41).ofImage(1)).isEqualTo(with("p", 64, 1, 1, 42));
    }

    @Test
    void aModelIsCalledByItsFileAndItsHash() {
        assertThat(MODEL.name()).isEqualTo("demo.v1");
        assertThat(MODEL.hash()).isEqualTo("0123456789");
        assertThat(MODEL.title()).isEqualTo("a/demo.v1.safetensors [0123456789]");
    }

    @ParameterizedTest
    @CsvSource({
        "Euler a, , EULER_A, AUTOMATIC",
        "euler A, karras, EULER_A, KARRAS",
        "k_dpmpp_2m, , DPMPP_2M, AUTOMATIC",
        "DPM++ 2M Karras, , DPMPP_2M, KARRAS",
        "DPM++ 2M Karras, Uniform, DPMPP_2M, KARRAS",
        "DPM++ 2M SDE Karras, Automatic, DPMPP_2M_SDE, KARRAS",
        "DPM++ 2M sgm_uniform, , DPMPP_2M, SGM_UNIFORM",
        "Euler SGMUniform, , EULER, SGM_UNIFORM",
        "k_euler_a align_your_steps, , EULER_A, ALIGN_YOUR_STEPS",
        "DPM++ 2M SDE Heun, , DPMPP_2M_SDE_HEUN, AUTOMATIC",
        "dpm++ 2m sde heun exponential, , DPMPP_2M_SDE_HEUN, EXPONENTIAL",
        "DPM2 a Karras, , DPM2_A, KARRAS",
        "Euler a SGM Uniform, , EULER_A, SGM_UNIFORM",
        "Euler Align Your Steps, , EULER, ALIGN_YOUR_STEPS",
        "DDIM, SGMUniform, DDIM, SGM_UNIFORM",
        "k_dpm_ad, kl_optimal, DPM_ADAPTIVE, KL_OPTIMAL"
    })
    void readsSamplersAsClientsWriteThem(
            String sampler, String scheduler, Sampler expected, Scheduler schedule) {
        assertThat(Sampling.of(sampler, scheduler)).isEqualTo(new Sampling(expected, schedule));
    }

    @ParameterizedTest
    @CsvSource({
        ", , , ",
        ", beta, , BETA",
        "Euler a, , EULER_A, ",
        "DPM++ 2M sgm_uniform, , DPMPP_2M, SGM_UNIFORM",
        "DPM++ 2M Karras, Automatic, DPMPP_2M, KARRAS"
    })
    void aSecondPassHasWhatIsNamedOfThem(
            String sampler, String scheduler, Sampler expected, Scheduler schedule) {
        assertThat(Sampling.ofSecondPass(sampler, scheduler))
                .isEqualTo(new Sampling(expected, schedule));
    }

    @Test
    void namesTheUnknownSamplerAndTheKnownOnes() {
        assertThatThrownBy(() -> Sampling.of("Euler b", null))
                .hasMessageStartingWith(
                        "sampler: found \"Euler b\", allowed: one of DPM++ 2M, DPM++ SDE");
        assertThatThrownBy(() -> Sampling.of("Euler", "cosine"))
                .hasMessageStartingWith(
                        "scheduler: found \"cosine\", allowed: one of Automatic, Uniform, Karras,");
    }

    @Test
    void withAVariationItsSeedCountsTheImages() {
        GenerationParameters varied = with(options(null, 0.5, 0));

        assertThat(varied.ofImage(2).seed()).isEqualTo(varied.seed());
        assertThat(varied.ofImage(2).options().subseed()).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource({
        "1.5, 0, 0, eta",
        ", 1.5, 0, subseedStrength",
        ", NaN, 0, subseedStrength",
        ", 0, 5, seedResizeFromWidth",
        ", 0, 4096, seedResizeFromWidth"
    })
    void refusesOptionsThatAreOutOfRange(Double eta, double strength, int width, String field) {
        assertThatThrownBy(() -> options(eta, strength, width))
                .isInstanceOfSatisfying(
                        InvalidParameterException.class,
                        e -> assertThat(e.field()).isEqualTo("options." + field));
    }

    /** The rows say what AUTOMATIC1111's two replacements do; ␤ is a newline. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a cat|a cat",
                "a cat # or a dog|a cat ␤",
                "a␤# b␤c|a␤c",
                "#b␤c|␤c",
                "a #b␤c|a ␤c",
                "a␤#b␤#c␤d|a␤␤d",
                "a #b␤#c␤d|a ␤d",
                "a #b <lora:c:1> # d␤e|a ␤e"
            })
    void commentsAreNotKept(String written, String kept) {
        String prompt = written.replace('␤', '\n');
        var image = with(prompt, 64, 1, 7, 0).with(hires(1, 0, prompt));

        assertThat(image.prompt()).isEqualTo(kept.replace('␤', '\n'));
        assertThat(image.hires().prompt()).isEqualTo(image.prompt());
        assertThat(image.hires().negativePrompt()).isEqualTo(image.prompt());
        assertThat(Infotext.of(image)).doesNotContain("#", "lora");
    }

    @ParameterizedTest
    @CsvSource({
        "20, 0, 1e-8, 20",
        "20, 150, 0.0099, 150",
        "150, 20, 0.0013, 20",
        "150, 0, 5e-324, 150"
    })
    void refusesASecondPassWithAnEndlessSchedule(
            int first, int second, double strength, int counted) {
        assertThatThrownBy(() -> with("", 64, first, 7, 0).with(hires(strength, second)))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage(
                        "hires.strength: found %s, allowed: 0, or from %d/15000 to 1",
                        strength, counted);
    }

    @ParameterizedTest
    @CsvSource({"150, 0, 0.01", "20, 0, 0", "1, 150, 1", "150, 1, 1e-4"})
    void takesASecondPassThatPaintsLittle(int first, int second, double strength) {
        Hires hires = hires(strength, second);

        assertThat(with("", 64, first, 7, 0).with(hires).hires()).isEqualTo(hires);
    }

    private static Hires hires(double strength, int steps) {
        return hires(strength, steps, "");
    }

    private static Hires hires(double strength, int steps, String prompt) {
        return new Hires(
                2, 0, 0, "Latent", null, strength, steps, prompt, prompt, null, null, null);
    }

    private static SamplingOptions options(Double eta, double strength, int width) {
        return new SamplingOptions(
                eta, 0, 0, null, null, 0, 0, 0, false, 7, strength, width, width, 0);
    }

    private static GenerationParameters with(SamplingOptions options) {
        return new GenerationParameters(
                        "p", "", 64, 64, 1, Sampler.EULER_A, Scheduler.KARRAS, 7, 41, Rng.NV, MODEL)
                .with(options);
    }
}
