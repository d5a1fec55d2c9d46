package huafang.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers from tools/golden/samplers.py. */
class ScheduleTest {
    private static final Numbers NUMBERS = Numbers.of("samplers.tsv");
    private static final NoiseLevels LEVELS = NoiseLevels.scaledLinear();

    @ParameterizedTest
    @ValueSource(strings = {"uniform", "karras"})
    void levelsAreThoseOfKDiffusion(String name) {
        for (String row : NUMBERS.names(name)) {
            int steps = Integer.parseInt(row.substring(name.length() + 1));
            double[] expected = NUMBERS.row(row);

            float[] sigmas = Schedule.named(name).sigmas(steps, LEVELS, Sampler.EULER);

            assertThat(sigmas).hasSize(steps + 1).endsWith(0);
            for (int i = 0; i < steps; i++) {
                assertThat(sigmas[i] / expected[i])
                        .as("%s, level %d", row, i)
                        .isCloseTo(1, within(3e-6));
            }
        }
    }

    @Test
    void timestepsAreThoseOfKDiffusion() {
        double[] pairs = NUMBERS.row("timesteps");
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

    @ParameterizedTest
    @CsvSource({"EULER, UNIFORM", "EULER_A, UNIFORM", "DPMPP_2M, KARRAS"})
    void automaticIsTheSamplersUsualOne(Sampler sampler, Schedule usual) {
        assertThat(Schedule.AUTOMATIC.sigmas(9, LEVELS, sampler))
                .isEqualTo(usual.sigmas(9, LEVELS, sampler));
    }

    @Test
    void namesCountInAnyCase() {
        assertThat(Schedule.named("Karras")).isEqualTo(Schedule.KARRAS);
        assertThat(Schedule.named("AUTOMATIC")).isEqualTo(Schedule.AUTOMATIC);
        assertThatThrownBy(() -> Schedule.named("cosine"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("schedule: found 'cosine', allowed: Automatic, Uniform, Karras");
    }
}
