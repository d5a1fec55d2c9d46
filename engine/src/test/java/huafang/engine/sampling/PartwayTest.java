package huafang.engine.sampling;

import static huafang.engine.sampling.Numbers.distance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Numbers from tools/golden/partway.py. */
class PartwayTest {
    private static final Numbers NUMBERS = Numbers.of("partway.tsv");
    private static final NoiseLevels LEVELS = NoiseLevels.scaledLinear();
    private static final int[] SHAPE = {1, 3, 4, 4};

    static Set<String> rows() {
        return NUMBERS.rows().keySet();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void agreesWithTheFormulas(String row) {
        String[] cells = row.split("\\|");
        Sampler sampler = Sampler.named(cells[0]);
        int steps = Integer.parseInt(cells[2]);
        double strength = Double.parseDouble(cells[3]);
        var noise = new ImageNoise(Rng.CPU, 1, NoiseOptions.USUAL).begin(SHAPE);
        Tensor latents = Tensor.zeros(SHAPE);
        for (int i = 0; i < latents.data().length; i++) {
            latents.data()[i] = (float) Math.cos(i);
        }

        Beginning beginning =
                sampler.fromLatents(
                        latents,
                        noise.start(),
                        Schedule.named(cells[1]),
                        cells[4].equals("of")
                                ? Partway.of(steps, strength)
                                : Partway.all(steps, strength),
                        LEVELS,
                        ScheduleOptions.USUAL);
        Tensor result =
                sampler.sample(
                        new SamplerTest.Curved(),
                        beginning,
                        noise,
                        SamplerOptions.USUAL,
                        StepListener.NONE);

        // A motion is as exact as its levels: see BrownianTree.
        assertThat(distance(result.data(), NUMBERS.row(row)))
                .isLessThan(cells[0].contains("SDE") ? 2e-3 : 5e-5);
    }

    @Test
    void everySamplerIsAmongThem() {
        assertThat(rows().stream().map(row -> row.split("\\|")[0]).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Sampler.values()).map(Sampler::label).toList());
    }

    @ParameterizedTest
    @CsvSource({"20,0.75,20,15", "20,1,20,19", "20,0,20,0", "1,1,1,0", "10,0.7,10,7"})
    void aStrengthIsAPartOfTheSteps(int steps, double strength, int whole, int reached) {
        assertThat(Partway.of(steps, strength)).isEqualTo(new Partway(whole, reached));
    }

    @ParameterizedTest
    @CsvSource({"20,0.75,26,19", "20,1,20,19", "7,0.5,14,6", "150,0.01,15000,149"})
    void allStepsAreTheEndOfALongerSchedule(int steps, double strength, int whole, int reached) {
        assertThat(Partway.all(steps, strength)).isEqualTo(new Partway(whole, reached));
    }

    @ParameterizedTest
    @CsvSource({"150,0.0099", "20,1e-8", "1,5e-324", "1,0", "1,NaN"})
    void aScheduleThatIsEndlessIsRefused(int steps, double strength) {
        assertThatThrownBy(() -> Partway.all(steps, strength))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "strength: found %s, allowed: 0, or from %d/15000 to 1", strength, steps);
    }

    /** Whatever schedule is asked for, its levels are there before a step can be told. */
    @ParameterizedTest
    @EnumSource(Schedule.class)
    @Timeout(10)
    void theLongestScheduleTakesMoments(Schedule schedule) {
        Tensor latents = Tensor.zeros(SHAPE);

        Beginning beginning =
                Sampler.EULER.fromLatents(
                        latents,
                        latents,
                        schedule,
                        Partway.all(150, 0.01),
                        LEVELS,
                        ScheduleOptions.USUAL);

        assertThat(beginning.sigmas().length).isBetween(2, 151);
    }
}
