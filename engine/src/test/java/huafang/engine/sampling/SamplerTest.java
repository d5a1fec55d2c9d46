package huafang.engine.sampling;

import static huafang.engine.sampling.Numbers.distance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import huafang.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Numbers from tools/golden/samplers.py. */
class SamplerTest {
    private static final Numbers NUMBERS = Numbers.of("samplers.tsv");
    private static final NoiseLevels LEVELS = NoiseLevels.scaledLinear();

    static List<String> goldenRows() {
        return NUMBERS.rows().keySet().stream()
                .filter(row ->
                        Arrays.stream(Sampler.values())
                                .anyMatch(s -> row.startsWith(s.label() + " ")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("goldenRows")
    void agreesWithKDiffusion(String row) {
        String[] words = row.split(" ");
        int steps = Integer.parseInt(words[words.length - 1]);
        Schedule schedule = Schedule.named(words[words.length - 2]);
        Sampler sampler = Sampler.named(String.join(" ", Arrays.copyOf(words, words.length - 2)));
        float[] sigmas = schedule.sigmas(steps, LEVELS, sampler);
        NoiseSource noise = Rng.CPU.seeded(1);
        Tensor start = Latents.scaled(sigmas[0], noise.draw(1, 3, 4, 4));

        Tensor result =
                sampler.sample(SamplerTest::curved, start, sigmas, noise, StepListener.NONE);

        assertThat(result.shape()).containsExactly(1, 3, 4, 4);
        assertThat(distance(result.data(), NUMBERS.row(row))).isLessThan(1e-5);
    }

    /** The denoiser of the script. */
    private static Tensor curved(Tensor x, float sigma) {
        float[] denoised = new float[x.data().length];
        for (int i = 0; i < denoised.length; i++) {
            denoised[i] =
                    (float)
                            (Math.tanh(x.data()[i] / (1 + (double) sigma))
                                    + 0.5 * Math.cos(i + sigma / 4.0));
        }
        return new Tensor(denoised, x.shape());
    }

    /**
     * For normal data the flow has a closed form; halving the steps' length must divide the error
     * by 2 to the order.
     */
    @ParameterizedTest
    @CsvSource({"EULER, 1", "DPMPP_2M, 2"})
    void convergesWithItsOrder(Sampler sampler, int order) {
        double coarse = errorForNormalData(sampler, 40);
        double fine = errorForNormalData(sampler, 80);

        assertThat(Math.log(coarse / fine) / Math.log(2)).isCloseTo(order, within(0.25));
    }

    private static double errorForNormalData(Sampler sampler, int steps) {
        double high = 8;
        double low = 0.1;
        double mean = 0.3;
        double variance = 0.25;
        float[] sigmas = new float[steps + 1];
        for (int i = 0; i <= steps; i++) {
            sigmas[i] = (float) (high * Math.pow(low / high, (double) i / steps));
        }
        Denoiser exact =
                (x, sigma) -> {
                    double kept = variance / (variance + (double) sigma * sigma);
                    return new Tensor(
                            new float[] {(float) (kept * x.data()[0] + (1 - kept) * mean)}, 1);
                };
        float start = 11;
        double expected =
                mean
                        + (start - mean)
                                * Math.sqrt((variance + low * low) / (variance + high * high));
        Tensor end =
                sampler.sample(
                        exact,
                        new Tensor(new float[] {start}, 1),
                        sigmas,
                        Rng.NV.seeded(1),
                        StepListener.NONE);
        return Math.abs(end.data()[0] - expected);
    }

    /** Whatever noise is added on the way, the marginal distribution is the data's. */
    @Test
    void ancestralNoiseKeepsTheDistribution() {
        float[] sigmas = Schedule.KARRAS.sigmas(100, LEVELS, Sampler.EULER_A);
        double variance = 0.25;
        Denoiser exact =
                (x, sigma) ->
                        Latents.scaled((float) (variance / (variance + (double) sigma * sigma)), x);
        NoiseSource noise = Rng.NV.seeded(3);
        Tensor start = Latents.scaled(sigmas[0], noise.draw(20_000));

        float[] end = Sampler.EULER_A.sample(exact, start, sigmas, noise, StepListener.NONE).data();

        double found = 0;
        for (float value : end) {
            found += (double) value * value / end.length;
        }
        assertThat(found).isCloseTo(variance, within(0.03));
    }

    @ParameterizedTest
    @EnumSource
    void reportsEachStepOnce(Sampler sampler) {
        List<String> heard = new ArrayList<>();
        sampler.sample(
                SamplerTest::curved,
                Tensor.zeros(1, 3, 4, 4),
                new float[] {3, 2, 1, 0},
                Rng.NV.seeded(1),
                (done, of) -> heard.add(done + "/" + of));
        assertThat(heard).containsExactly("1/3", "2/3", "3/3");
    }

    @ParameterizedTest
    @EnumSource
    void stopsWhenTheListenerSaysSo(Sampler sampler) {
        List<Integer> heard = new ArrayList<>();
        assertThatThrownBy(() ->
                        sampler.sample(
                                SamplerTest::curved,
                                Tensor.zeros(1, 3, 4, 4),
                                new float[] {3, 2, 1, 0},
                                Rng.NV.seeded(1),
                                (done, of) -> {
                                    heard.add(done);
                                    return done < 2;
                                }))
                .isInstanceOf(CancellationException.class)
                .hasMessage("cancelled after step 2 of 3");
        assertThat(heard).containsExactly(1, 2);
    }

    @ParameterizedTest
    @EnumSource
    void leavesItsStartingPointAlone(Sampler sampler) {
        Tensor start = Rng.NV.seeded(1).draw(1, 3, 4, 4);
        float[] before = start.data().clone();
        sampler.sample(
                SamplerTest::curved,
                start,
                new float[] {3, 1, 0},
                Rng.NV.seeded(1),
                StepListener.NONE);
        assertThat(start.data()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "Euler, EULER",
        "EULER, EULER",
        "k_euler, EULER",
        "Euler a, EULER_A",
        "K_EULER_A, EULER_A",
        "k_euler_ancestral, EULER_A",
        "DPM++ 2M, DPMPP_2M",
        "dpm++ 2m, DPMPP_2M",
        "k_dpmpp_2m, DPMPP_2M"
    })
    void isFoundByNameAndAliasInAnyCase(String name, Sampler sampler) {
        assertThat(Sampler.named(name)).isEqualTo(sampler);
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Sampler.named("Euler b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sampler: found 'Euler b', allowed: Euler, Euler a, DPM++ 2M");
    }
}
