package huafang.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Numbers from tools/golden/schedules.py. */
class ScheduleTest {
    private static final Numbers NUMBERS = Numbers.of("schedules.tsv");
    private static final NoiseLevels LEVELS = NoiseLevels.scaledLinear();

    static Set<String> goldenRows() {
        NUMBERS.rows().remove("timesteps");
        return NUMBERS.rows().keySet();
    }

    @ParameterizedTest
    @MethodSource("goldenRows")
    void levelsAreThoseOfAutomatic1111(String row) {
        String[] name = row.split("[|+]");
        String kind = name.length == 3 ? name[2] : "";
        NoiseLevels levels =
                switch (kind) {
                    case "xl" -> NoiseLevels.scaledLinearXl();
                    case "zero" -> LEVELS.zeroTerminal();
                    case "lcm" -> LEVELS.consistent();
                    default -> LEVELS;
                };
        var options =
                kind.equals("range")
                        ? new ScheduleOptions(0.1, 10, 5, false)
                        : ScheduleOptions.USUAL;

        float[] sigmas =
                Schedule.named(name[0]).sigmas(Integer.parseInt(name[1]), levels, options, false);

        double[] expected = NUMBERS.row(row);
        assertThat(sigmas).hasSameSizeAs(expected);
        for (int i = 0; i < sigmas.length; i++) {
            assertThat((double) sigmas[i])
                    .as("level %d", i)
                    .isCloseTo(expected[i], within(1e-5 * expected[i]));
        }
    }

    @Test
    void timestepsAreThoseOfKDiffusion() {
        double[] pairs = Numbers.of("schedules.tsv").row("timesteps");
        for (int i = 0; i < pairs.length; i += 2) {
            assertThat((double) LEVELS.timestep((float) pairs[i]))
                    .as("timestep of %s", pairs[i])
                    .isCloseTo(pairs[i + 1], within(2e-3));
        }
    }

    @Test
    void everyLevelLeadsBackToItsTimestep() {
        for (float t = 0; t <= 999; t += 0.5f) {
            assertThat(LEVELS.timestep(LEVELS.sigma(t))).isCloseTo(t, within(2e-3f));
        }
    }

    @Test
    void consistencyModelsAreToldTheirNearestTimestep() {
        NoiseLevels consistent = LEVELS.consistent();
        assertThat(consistent.timestep(LEVELS.highest())).isEqualTo(999);
        assertThat(consistent.timestep(LEVELS.sigma(672))).isEqualTo(679);
        assertThat(consistent.timestep(LEVELS.sigma(668))).isEqualTo(659);
        assertThat(consistent.timestep(LEVELS.lowest())).isEqualTo(19);
    }

    @ParameterizedTest
    @EnumSource(
            value = Sampler.class,
            names = {"EULER", "EULER_A", "DPMPP_2M", "DPMPP_2M_SDE", "DPM2", "RESTART", "LCM"})
    void automaticIsTheSamplersUsualOne(Sampler sampler) {
        assertThat(levels(sampler, Schedule.AUTOMATIC, 9))
                .isEqualTo(levels(sampler, sampler.usualSchedule(), 9));
    }

    @ParameterizedTest
    @CsvSource({
        "DPMPP_2M, KARRAS",
        "DPMPP_2S_A, KARRAS",
        "DPMPP_SDE, KARRAS",
        "DPM2, KARRAS",
        "DPM2_A, KARRAS",
        "RESTART, KARRAS",
        "DPMPP_2M_SDE, EXPONENTIAL",
        "DPMPP_2M_SDE_HEUN, EXPONENTIAL",
        "DPMPP_3M_SDE, EXPONENTIAL",
        "EULER, UNIFORM",
        "EULER_A, UNIFORM",
        "HEUN, UNIFORM",
        "LMS, UNIFORM",
        "LCM, UNIFORM"
    })
    void theUsualSchedulesAreThoseOfAutomatic1111(Sampler sampler, Schedule schedule) {
        assertThat(sampler.usualSchedule()).isEqualTo(schedule);
    }

    @ParameterizedTest
    @EnumSource(
            value = Sampler.class,
            names = {"DPM2", "DPM2_A", "DPMPP_3M_SDE"})
    void someSamplersLeaveOutTheLowestOfOneMore(Sampler sampler) {
        float[] more = levels(Sampler.EULER, Schedule.KARRAS, 8);

        float[] found = levels(sampler, Schedule.KARRAS, 7);

        assertThat(found).hasSize(8).startsWith(more[0], more[1]).endsWith(more[6], 0);
    }

    @Test
    void everySamplerLeavesItOutWhenAsked() {
        var options = new ScheduleOptions(0, 0, 0, true);
        float[] more = levels(Sampler.EULER, Schedule.KARRAS, 8);

        assertThat(Sampler.EULER.sigmas(Schedule.KARRAS, 7, LEVELS, options))
                .hasSize(8)
                .endsWith(more[6], 0);
        assertThat(Sampler.DDIM.sigmas(Schedule.KARRAS, 19, LEVELS, options))
                .isEqualTo(levels(Sampler.DDIM, Schedule.KARRAS, 20));
    }

    @ParameterizedTest
    @EnumSource(
            value = Sampler.class,
            names = {"DDIM", "DDIM_CFGPP", "PLMS", "UNIPC", "DPM_FAST", "DPM_ADAPTIVE"})
    void samplersWithLevelsOfTheirOwnPassOverTheSchedule(Sampler sampler) {
        assertThat(levels(sampler, Schedule.KARRAS, 20))
                .isEqualTo(levels(sampler, Schedule.SIMPLE, 20));
    }

    @Test
    void aRangeThatIsUpsideDownIsRefused() {
        assertThatThrownBy(() -> new ScheduleOptions(5, 2, 0, false))
                .hasMessage("lowest: found 5.0, allowed: less than the highest, 2.0");
        assertThatThrownBy(() ->
                        Sampler.EULER.sigmas(
                                Schedule.KARRAS, 5, LEVELS, new ScheduleOptions(20, 0, 0, false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found 20.0 to 14.6");
    }

    @ParameterizedTest
    @CsvSource({
        "Karras, KARRAS",
        "AUTOMATIC, AUTOMATIC",
        "SGM Uniform, SGM_UNIFORM",
        "SGMUniform, SGM_UNIFORM",
        "sgm_uniform, SGM_UNIFORM",
        "kl_optimal, KL_OPTIMAL",
        "align your steps, ALIGN_YOUR_STEPS",
        "align_your_steps, ALIGN_YOUR_STEPS"
    })
    void isFoundByNameAndLabelInAnyCase(String name, Schedule schedule) {
        assertThat(Schedule.named(name)).isEqualTo(schedule);
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Schedule.named("cosine"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "schedule: found 'cosine', allowed: Automatic, Uniform, Karras, Exponential,"
                                + " Polyexponential, SGM Uniform, KL Optimal, Align Your Steps, Simple,"
                                + " Normal, DDIM, Beta");
    }

    private static float[] levels(Sampler sampler, Schedule schedule, int steps) {
        return sampler.sigmas(schedule, steps, LEVELS, ScheduleOptions.USUAL);
    }
}
