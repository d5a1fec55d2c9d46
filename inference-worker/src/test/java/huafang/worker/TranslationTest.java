package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.generation.Emphasis;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Model;
import huafang.contracts.generation.PromptReading;
import huafang.contracts.generation.Rng;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.Scheduler;
import huafang.engine.adapter.AddOns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TranslationTest {
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
                        new Model("a.safetensors", "ab".repeat(32)),
                        new PromptReading(3, Emphasis.IGNORE));

        var found = Translation.toEngine(image, AddOns.NONE);

        assertThat(found.prompt()).isEqualTo("a red house");
        assertThat(found.negativePrompt()).isEqualTo("boat");
        assertThat(found.reading().clipSkip()).isEqualTo(3);
        assertThat(found.reading().emphasis().label()).isEqualTo(Emphasis.IGNORE.label());
        assertThat(found.width()).isEqualTo(128);
        assertThat(found.height()).isEqualTo(192);
        assertThat(found.steps()).isEqualTo(23);
        assertThat(found.cfgScale()).isEqualTo(6.5);
        assertThat(found.seed()).isEqualTo((1L << 53) - 1);
    }
}
