package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.contracts.generation.Emphasis;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Hires;
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
import huafang.engine.HiresFix;
import huafang.engine.Img2Img;
import huafang.engine.Request;
import huafang.engine.StableDiffusion;
import huafang.engine.Upscaler;
import huafang.engine.adapter.AddOns;
import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.pixels.Pixels;
import huafang.engine.sampling.LatentUpscale;
import huafang.engine.sampling.NoiseOptions;
import huafang.engine.sampling.SamplerOptions;
import huafang.engine.sampling.ScheduleOptions;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TranslationTest {
    private static final Lender NOTHING = lending(picture -> null);

    private static Lender lending(Function<InputPicture, Pixels> pictures) {
        return new Lender() {
            @Override
            public AddOns addOns() {
                return AddOns.NONE;
            }

            @Override
            public Pixels picture(InputPicture picture) {
                return pictures.apply(picture);
            }

            @Override
            public Upscaler upscaler(String name, Model file) {
                return null;
            }

            @Override
            public StableDiffusion checkpoint(Model model) {
                throw new CheckpointException(model.file());
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void everySamplerHasTheSameNamesAndUsualScheduleInTheEngine(Sampler sampler) {
        var found = Translation.sampler(sampler);

        assertThat(found.label()).isEqualTo(sampler.label());
        assertThat(found.aliases()).containsExactlyInAnyOrderElementsOf(sampler.aliases());
        assertThat(found.usualSchedule())
                .isEqualTo(Translation.schedule(sampler.defaultScheduler()));
    }

    @ParameterizedTest
    @EnumSource
    void everyScheduleHasTheSameNameInTheEngine(Scheduler scheduler) {
        assertThat(Translation.schedule(scheduler).label()).isEqualTo(scheduler.label());
    }

    @ParameterizedTest
    @EnumSource
    void everyRandomSourceHasTheSameNameInTheEngine(Rng rng) {
        assertThat(Translation.rng(rng).name()).isEqualTo(rng.name());
    }

    @ParameterizedTest
    @EnumSource
    void everyEmphasisHasTheSameNameInTheEngine(Emphasis emphasis) {
        assertThat(Translation.emphasis(emphasis).label()).isEqualTo(emphasis.label());
    }

    @ParameterizedTest
    @EnumSource
    void everyResizeModeHasTheSameNameInTheEngine(ResizeMode mode) {
        assertThat(Translation.resizeMode(mode).name()).isEqualTo(mode.name());
    }

    @ParameterizedTest
    @EnumSource
    void everyMaskedContentHasTheSameNameInTheEngine(MaskedContent content) {
        assertThat(Translation.fill(content).name()).isEqualTo(content.name());
    }

    @Test
    void whatItBeginsWithReachesTheEngine() {
        var picture = new InputPicture(0, 1, 2, "ab".repeat(32), "cd".repeat(16));
        var mask = new InputPicture(0, 2, 2, "ef".repeat(32), "cd".repeat(16));
        var start =
                new Start(
                        picture,
                        ResizeMode.CROP_AND_RESIZE,
                        0.4,
                        1.1,
                        new Inpainting(
                                mask,
                                true,
                                3,
                                5,
                                false,
                                MaskedContent.LATENT_NOISE,
                                true,
                                17,
                                0.25));
        var white = new byte[] {(byte) 255, (byte) 255, (byte) 255};

        var found =
                (Img2Img)
                        Translation.toEngine(
                                image(start),
                                lending(asked ->
                                        new Pixels(
                                                1,
                                                1,
                                                3,
                                                asked.equals(mask) ? white : new byte[3])));

        assertThat(found.init().data()).containsOnly(0);
        assertThat(found.resizeMode()).isEqualTo(huafang.engine.pixels.ResizeMode.CROP_AND_RESIZE);
        assertThat(found.strength()).isEqualTo(0.4);
        assertThat(found.noiseMultiplier()).isEqualTo(1.1);
        assertThat(found.inpainting())
                .contains(
                        new huafang.engine.Inpainting(
                                new Pixels(1, 1, 1, new byte[] {(byte) 255}),
                                true,
                                3,
                                5,
                                false,
                                huafang.engine.Inpainting.Fill.LATENT_NOISE,
                                true,
                                17,
                                0.25));
    }

    private static GenerationParameters image(Start start) {
        return new GenerationParameters(
                        "",
                        "",
                        64,
                        64,
                        1,
                        Sampler.EULER,
                        Scheduler.KARRAS,
                        1,
                        1,
                        Rng.CPU,
                        new Model("a.safetensors", "ab".repeat(32)))
                .with(start);
    }

    @Test
    void aSecondPassReachesTheEngine() {
        var hires =
                new Hires(
                        1.5,
                        0,
                        0,
                        "Latent (nearest-exact)",
                        null,
                        0.4,
                        7,
                        "closer",
                        "fog",
                        Sampler.DDIM,
                        Scheduler.BETA,
                        null);

        var found = (HiresFix) translated(hires);

        assertThat(found.size()).isEqualTo(new HiresFix.Size(96, 96, 0, 0));
        assertThat(found.enlargement())
                .isEqualTo(new HiresFix.Enlargement.OfLatents(LatentUpscale.NEAREST_EXACT));
        assertThat(found.strength()).isEqualTo(0.4);
        assertThat(found.second())
                .isEqualTo(
                        new HiresFix.Second(
                                7,
                                "closer",
                                "fog",
                                Optional.of(Translation.sampler(Sampler.DDIM)),
                                Optional.of(Translation.schedule(Scheduler.BETA)),
                                Optional.empty()));
    }

    @Test
    void aSecondPassAsksForItsCheckpointWhenItsTurnComes() {
        var hires =
                new Hires(2, 0, 0, "Latent", null, 0.4, 7, "", "", null, null, null)
                        .with(null, new Model("second.safetensors", "cd".repeat(32)));

        var second = ((HiresFix) translated(hires)).second();

        assertThatThrownBy(second.model().orElseThrow()::get).hasMessage("second.safetensors");
    }

    @Test
    void everyUpscalerThatNeedsNoFileIsKnownToTheEngine() {
        for (String name : Hires.LATENT) {
            assertThat(LatentUpscale.named(name).label()).isEqualTo(name);
        }
        assertThat(Hires.LATENT).hasSameSizeAs(LatentUpscale.values());
        for (String name : Hires.WITHOUT_FILE) {
            assertThat(Upscaler.named(name)).isPresent();
        }
    }

    private static Request translated(Hires hires) {
        var image =
                QueueClient.parameters("", new Model("a.safetensors", "ab".repeat(32)), 1)
                        .with(hires);
        return Translation.toEngine(image, NOTHING);
    }

    @Test
    void everyParameterReachesTheEngine() {
        var image =
                new GenerationParameters(
                                "a red house",
                                "boat",
                                128,
                                192,
                                23,
                                Sampler.EULER,
                                Scheduler.KARRAS,
                                6.5,
                                GenerationParameters.LARGEST_SEED,
                                Rng.CPU,
                                new Model("a.safetensors", "ab".repeat(32)))
                        .with(new PromptReading(3, Emphasis.IGNORE))
                        .with(
                                new SamplingOptions(
                                        0.5, 1, 2, 3.0, 1.1, 0.1, 9, 5, true, 7, 0.25, 64, 72,
                                        31337));

        var found = Translation.toEngine(image, NOTHING).picture();

        assertThat(found.prompt()).isEqualTo("a red house");
        assertThat(found.negativePrompt()).isEqualTo("boat");
        assertThat(found.reading().clipSkip()).isEqualTo(3);
        assertThat(found.reading().emphasis().label()).isEqualTo(Emphasis.IGNORE.label());
        assertThat(found.width()).isEqualTo(128);
        assertThat(found.height()).isEqualTo(192);
        assertThat(found.steps()).isEqualTo(23);
        assertThat(found.cfgScale()).isEqualTo(6.5);
        assertThat(found.seed()).isEqualTo((1L << 53) - 1);
        assertThat(found.options().sampler()).isEqualTo(new SamplerOptions(0.5, 1, 2, 3, 1.1));
        assertThat(found.options().schedule()).isEqualTo(new ScheduleOptions(0.1, 9, 5, true));
        assertThat(found.options().noise()).isEqualTo(new NoiseOptions(7, 0.25, 64, 72, 31337));
    }

    @Test
    void theUsualOptionsAreTheEnginesUsualOnes() {
        var image =
                new GenerationParameters(
                        "",
                        "",
                        64,
                        64,
                        1,
                        Sampler.EULER,
                        Scheduler.KARRAS,
                        1,
                        1,
                        Rng.CPU,
                        new Model("a.safetensors", "ab".repeat(32)));

        assertThat(Translation.toEngine(image, NOTHING).picture().options())
                .isEqualTo(huafang.engine.sampling.SamplingOptions.USUAL);
    }
}
