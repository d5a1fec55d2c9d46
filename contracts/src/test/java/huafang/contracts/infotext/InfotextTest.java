package huafang.contracts.infotext;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.generation.Emphasis;
import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Inpainting;
import huafang.contracts.generation.InputPicture;
import huafang.contracts.generation.MaskedContent;
import huafang.contracts.generation.Model;
import huafang.contracts.generation.PromptReading;
import huafang.contracts.generation.ResizeMode;
import huafang.contracts.generation.Rng;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.SamplingOptions;
import huafang.contracts.generation.Scheduler;
import huafang.contracts.generation.Start;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InfotextTest {
    private static GenerationParameters image(
            String prompt, String negative, Rng rng, String file) {
        return new GenerationParameters(
                prompt,
                negative,
                512,
                768,
                20,
                Sampler.EULER_A,
                Scheduler.AUTOMATIC,
                7,
                965400086,
                rng,
                new Model(file, "6ce0161689" + "0".repeat(54)));
    }

    @Test
    void writesTheFieldsInTheKnownOrder() {
        assertThat(Infotext.of(image("a cat", "blurry", Rng.NV, "v1-5-pruned-emaonly.safetensors")))
                .isEqualTo(
                        """
                        a cat
                        Negative prompt: blurry
                        Steps: 20, Sampler: Euler a, Schedule type: Automatic, CFG scale: 7, Seed: 965400086, \
                        Size: 512x768, Model hash: 6ce0161689, Model: v1-5-pruned-emaonly, Version: Huafang 0.1.0\
                        """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Euler a   | ENSD: 31337, Discard penultimate sigma: True, Schedule min sigma: 0.1, Schedule max sigma: 10, Schedule rho: 5, Eta: 0.5",
                "Euler     | Discard penultimate sigma: True, Schedule min sigma: 0.1, Schedule max sigma: 10, Schedule rho: 5, Sigma churn: 1, Sigma tmin: 0.25, Sigma tmax: 9, Sigma noise: 1.1",
                "DPM++ SDE | Discard penultimate sigma: True, Schedule min sigma: 0.1, Schedule max sigma: 10, Schedule rho: 5, Eta: 0.5, Sigma noise: 1.1",
                "DDIM      | Discard penultimate sigma: True, Schedule min sigma: 0.1, Schedule max sigma: 10, Schedule rho: 5, Eta DDIM: 0.5"
            })
    void tellsTheOptionsThatCountWithTheSampler(String sampler, String expected) {
        var options =
                new SamplingOptions(
                        0.5, 1, 0.25, 9.0, 1.1, 0.1, 10, 5, true, 7, 0.25, 64, 72, 31337);
        var image =
                new GenerationParameters(
                                "a",
                                "",
                                512,
                                512,
                                20,
                                Sampler.of(sampler),
                                Scheduler.KARRAS,
                                7,
                                1,
                                Rng.NV,
                                new Model("m.safetensors", "6ce0161689" + "0".repeat(54)))
                        .with(options);

        assertThat(Infotext.of(image))
                .endsWith(
                        "Model: m, Variation seed: 7, Variation seed strength: 0.25, Seed resize from: 64x72, "
                                + expected
                                + ", Version: Huafang 0.1.0");
    }

    @Test
    void anEnlargedPictureTellsHowItWasMadeBefore() {
        String before = Infotext.of(image("a cat", "", Rng.NV, "m.safetensors"));
        var picture = new InputPicture(0, 1, 2, "ab".repeat(32), "cd".repeat(16));
        var lanczos = new Enlargement.Upscaler("Lanczos", null);
        var one = new Enlargement(picture, 1.5, 96, 96, lanczos, null, 0, before);
        var two = new Enlargement(picture, 2, 96, 96, lanczos, lanczos, 0.5, null);

        assertThat(Infotext.of(one))
                .isEqualTo(before + ", Postprocess upscale by: 1.5, Postprocess upscaler: Lanczos");
        assertThat(Infotext.parse(Infotext.of(one)))
                .containsEntry("Prompt", "a cat")
                .containsEntry("Postprocess upscaler", "Lanczos");
        assertThat(Infotext.parse(Infotext.of(two)))
                .containsEntry("Postprocess upscaler 2", "Lanczos");
    }

    @ParameterizedTest
    @CsvSource({
        "0.25, 'Denoising strength: 0.5, Conditional mask weight: 0.25, Clip skip: 2'",
        "1,    'Denoising strength: 0.5, Clip skip: 2'"
    })
    void tellsHowLittleWasHiddenUnderTheMask(double weight, String fields) {
        var picture = new InputPicture(0, 1, 2, "ab".repeat(32), "cd".repeat(16));
        var inpainting =
                new Inpainting(
                        picture, false, 4, 4, true, MaskedContent.ORIGINAL, false, 32, weight);
        var image =
                image("a cat", "", Rng.NV, "m.safetensors")
                        .with(new PromptReading(2, Emphasis.ORIGINAL))
                        .with(new Start(picture, ResizeMode.JUST_RESIZE, 0.5, null, inpainting));

        String infotext = Infotext.of(image);

        assertThat(infotext).contains(fields);
        assertThat(Infotext.parse(infotext).get("Conditional mask weight"))
                .isEqualTo(weight == 1 ? null : "0.25");
    }

    @Test
    void leavesOutAnEmptyNegativePromptAndNamesTheCpuNoise() {
        assertThat(Infotext.of(image("a cat", "", Rng.CPU, "m.safetensors")))
                .startsWith("a cat\nSteps: 20")
                .contains("Model: m, RNG: CPU, Version:");
    }

    @ParameterizedTest
    @CsvSource({
        "a (cat),   2, NO_NORM,  'Model: m, Clip skip: 2, RNG: CPU, Emphasis: No norm, Version'",
        "a cat,     1, NONE,     'Model: m, RNG: CPU, Version'",
        "[a] cat,   1, ORIGINAL, 'Model: m, RNG: CPU, Version'"
    })
    void tellsHowThePromptWasReadWhereItMatters(
            String prompt, int clipSkip, Emphasis emphasis, String fields) {
        var image =
                image(prompt, "", Rng.CPU, "m.safetensors")
                        .with(new PromptReading(clipSkip, emphasis));

        assertThat(Infotext.of(image)).contains(fields);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a cat",
                "",
                "一座红房子，日落，海边有一条船",
                "two\nlines, with: colons",
                "\"quoted\", \\backslash"
            })
    void readsBackWhatItWrote(String prompt) {
        var parsed =
                Infotext.parse(Infotext.of(image(prompt, "模糊", Rng.NV, "甲,乙: \"丙\".safetensors")));

        assertThat(parsed)
                .containsEntry("Prompt", prompt)
                .containsEntry("Negative prompt", "模糊")
                .containsEntry("Steps", "20")
                .containsEntry("Sampler", "Euler a")
                .containsEntry("CFG scale", "7")
                .containsEntry("Size-1", "512")
                .containsEntry("Size-2", "768")
                .containsEntry("Model", "甲,乙: \"丙\"")
                .containsEntry("RNG", "GPU")
                .containsEntry("Clip skip", "1")
                .doesNotContainKey("Size");
    }

    @Test
    void aLastLineWithFewFieldsBelongsToThePrompt() {
        assertThat(Infotext.parse("a cat\nsize: big, mood: good"))
                .containsEntry("Prompt", "a cat\nsize: big, mood: good");
    }

    @Test
    void guidanceIsWrittenAsPeopleWriteIt() {
        assertThat(Infotext.number(7)).isEqualTo("7");
        assertThat(Infotext.number(7.5)).isEqualTo("7.5");
        assertThat(Infotext.number(10)).isEqualTo("10");
    }

    @Test
    void aHostileTextCostsNoTime() {
        for (String piece : new String[] {"a ", "a:", "\"", "a: \"\\", "   "}) {
            String text = piece.repeat(1_000_000 / piece.length());
            Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(20), () -> Infotext.parse(text));
        }
    }
}
