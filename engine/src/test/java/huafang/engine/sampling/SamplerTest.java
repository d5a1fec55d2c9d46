package huafang.engine.sampling;

import static huafang.engine.sampling.Numbers.distance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import huafang.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers from tools/golden/samplers.py. */
class SamplerTest {
    private static final Numbers NUMBERS = Numbers.of("samplers.tsv");
    private static final NoiseLevels LEVELS = NoiseLevels.scaledLinear();
    private static final int[] SHAPE = {1, 3, 4, 4};

    static List<String> goldenRows() {
        return NUMBERS.rows().keySet().stream()
                .filter(row -> row.contains("|") && !row.matches("(sigmas|levels).*"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("goldenRows")
    void agreesWithTheFormulas(String row) {
        String[] cells = row.split("\\|", -1);
        Sampler sampler = Sampler.named(cells[0]);
        float[] sigmas =
                cells[1].equals("own")
                        ? levels(sampler, Integer.parseInt(cells[2]))
                        : floats(NUMBERS.row("sigmas|" + cells[1] + "|" + cells[2]));
        var noise = noise(1, SHAPE);
        Tensor start = sampler.start(noise.start(), sigmas);

        Tensor result =
                sampler.sample(
                        new Curved(),
                        new Beginning(start, sigmas),
                        noise,
                        options(cells[3]),
                        StepListener.NONE);

        assertThat(result.shape()).containsExactly(SHAPE);
        assertThat(distance(result.data(), NUMBERS.row(row))).isLessThan(5e-5);
    }

    @Test
    void everySamplerIsAmongThem() {
        assertThat(goldenRows().stream().map(row -> row.split("\\|")[0]).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Sampler.values()).map(Sampler::label).toList());
    }

    /** The denoiser of the script. */
    static final class Curved implements Denoiser {
        @Override
        public Tensor denoise(Tensor x, float sigma) {
            Tensor denoised = Tensor.zeros(x.shape());
            for (int i = 0; i < x.data().length; i++) {
                denoised.data()[i] =
                        (float)
                                (Math.tanh(x.data()[i] / (1 + (double) sigma))
                                        + 0.5 * Math.cos(i + sigma / 4.0));
            }
            return denoised;
        }

        @Override
        public Guided guided(Tensor x, float sigma) {
            Tensor denoised = denoise(x, sigma);
            Tensor unguided = Latents.scaled(0.9, denoised);
            for (int i = 0; i < unguided.data().length; i++) {
                unguided.data()[i] += 0.05f;
            }
            return new Guided(denoised, unguided);
        }
    }

    private static SamplerOptions options(String text) {
        Map<String, Double> given = new HashMap<>();
        for (String option : text.isEmpty() ? new String[0] : text.split(",")) {
            String[] words = option.split("=");
            given.put(words[0], Double.valueOf(words[1]));
        }
        return new SamplerOptions(
                given.get("eta"),
                given.getOrDefault("s_churn", 0.0),
                given.getOrDefault("s_tmin", 0.0),
                given.getOrDefault("s_tmax", Double.POSITIVE_INFINITY),
                given.getOrDefault("s_noise", 1.0));
    }

    @ParameterizedTest
    @EnumSource(
            value = Sampler.class,
            names = {"DPM_FAST", "DPM_ADAPTIVE", "DDIM", "DDIM_CFGPP", "PLMS", "UNIPC"})
    void someHaveLevelsOfTheirOwn(Sampler sampler) {
        for (int steps : new int[] {2, 3, 7, 20, 30}) {
            double[] expected = NUMBERS.row("levels " + sampler.label() + "|" + steps);
            float[] sigmas = levels(sampler, steps);
            assertThat(sigmas).hasSameSizeAs(expected);
            for (int i = 0; i < sigmas.length; i++) {
                assertThat(sigmas[i] / expected[i]).isCloseTo(1, within(1e-5));
            }
        }
    }

    /** Samplers of timesteps take noise of unit variance for the noisy latents, as there. */
    @Test
    void theStartIsAsNoisyAsTheFirstLevel() {
        Tensor noise = new Tensor(new float[] {1}, 1);
        assertThat(Sampler.EULER.start(noise, new float[] {3, 0}).data()).containsExactly(3);
        assertThat(Sampler.DDIM.start(noise, new float[] {3, 0}).data())
                .containsExactly((float) Math.sqrt(10));
    }

    /**
     * For normal data the flow has a closed form; halving the steps' length must divide the error
     * by 2 to the order. Methods that look back have nothing to look back to at first, and UniPC
     * looks ahead no more at last: so steps are short at both ends, where their errors then are of
     * a higher order. A wrong weight of the highest order shows in how large the error is.
     */
    @ParameterizedTest
    @CsvSource({
        "EULER, 1, 12, 24, 0.0150",
        "EULER_A, 1, 12, 24, 0.0150",
        "HEUN, 2, 12, 24, 0.00184",
        "DPM2, 2, 12, 24, 0.000541",
        "DPM2_A, 2, 12, 24, 0.000541",
        "LMS, 3, 12, 24, 0.000609",
        "RESTART, 2, 9, 18, 0.00332",
        "DPMPP_2M, 2, 12, 24, 0.00120",
        "DPMPP_2S_A, 2, 12, 24, 0.000522",
        "DPMPP_SDE, 2, 12, 24, 0.000522",
        "DPMPP_2M_SDE, 2, 12, 24, 0.00120",
        "DPMPP_2M_SDE_HEUN, 2, 12, 24, 0.000871",
        "DPMPP_3M_SDE, 3, 6, 12, 0.000557",
        "DPM_FAST, 3, 8, 17, 0.00312",
        "DDIM, 1, 12, 24, 0.0134",
        "PLMS, 2, 12, 24, 0.000580",
        "UNIPC, 4, 8, 16, 0.000104"
    })
    void convergesWithItsOrder(Sampler sampler, int order, int few, int many, double error) {
        double coarse = errorForNormalData(sampler, few);
        double fine = errorForNormalData(sampler, many);

        assertThat(Math.log(coarse / fine) / Math.log(2)).isCloseTo(order, within(0.35));
        assertThat(fine).isCloseTo(error, withinPercentage(5));
    }

    /** However few steps are asked for. */
    @ParameterizedTest
    @ValueSource(ints = {3, 24})
    void adaptiveStepsKeepToTheirTolerance(int steps) {
        assertThat(errorForNormalData(Sampler.DPM_ADAPTIVE, steps))
                .isCloseTo(0.0075, withinPercentage(5));
    }

    /** Without noise (eta 0), in few steps: of many, single precision would hide the error. */
    private static double errorForNormalData(Sampler sampler, int steps) {
        double high = 8;
        double low = 0.5;
        double mean = 0.3;
        double variance = 0.25;
        float[] sigmas = new float[steps + 1];
        for (int i = 0; i <= steps; i++) {
            double t = (double) i / steps;
            sigmas[i] = (float) (high * Math.pow(low / high, t * t * (3 - 2 * t)));
        }
        Denoiser exact =
                (x, sigma) -> {
                    double kept = variance / (variance + (double) sigma * sigma);
                    float[] denoised = new float[x.data().length];
                    for (int i = 0; i < denoised.length; i++) {
                        denoised[i] = (float) (kept * x.data()[i] + (1 - kept) * mean);
                    }
                    return new Tensor(denoised, x.shape());
                };
        float start = 11;
        double expected =
                mean
                        + (start - mean)
                                * Math.sqrt((variance + low * low) / (variance + high * high));
        if (List.of(Sampler.DDIM, Sampler.PLMS, Sampler.UNIPC).contains(sampler)) {
            expected /= Math.sqrt(1 + low * low);
        }
        Tensor end =
                sampler.sample(
                        exact,
                        new Beginning(new Tensor(new float[] {start}, 1, 1, 1, 1), sigmas),
                        noise(1, 1, 1, 1, 1),
                        new SamplerOptions(0.0, 0, 0, Double.POSITIVE_INFINITY, 1),
                        StepListener.NONE);
        return Math.abs(end.data()[0] - expected);
    }

    /** Whatever noise is added on the way, the marginal distribution is the data's. */
    @ParameterizedTest
    @EnumSource(
            value = Sampler.class,
            names = {
                "EULER_A",
                "DPM2_A",
                "DPMPP_2S_A",
                "DPMPP_SDE",
                "DPMPP_2M_SDE",
                "DPMPP_2M_SDE_HEUN",
                "DPMPP_3M_SDE",
                "RESTART",
                "DPM_FAST",
                "DPM_ADAPTIVE"
            })
    void addedNoiseKeepsTheDistribution(Sampler sampler) {
        float[] sigmas = sampler.sigmas(Schedule.KARRAS, 60, LEVELS, ScheduleOptions.USUAL);
        double variance = 0.25;
        Denoiser exact =
                (x, sigma) ->
                        Latents.scaled((float) (variance / (variance + (double) sigma * sigma)), x);
        var noise = noise(3, 1, 1, 100, 100);

        float[] end =
                sampler.sample(
                                exact,
                                new Beginning(sampler.start(noise.start(), sigmas), sigmas),
                                noise,
                                SamplerOptions.USUAL,
                                StepListener.NONE)
                        .data();

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
        sample(sampler, (done, of) -> heard.add(done + "/" + of));

        int steps = Integer.parseInt(heard.getLast().split("/")[1]);
        if (sampler != Sampler.DPM_ADAPTIVE) { // which tells percent
            assertThat(heard)
                    .isEqualTo(
                            IntStream.rangeClosed(1, steps)
                                    .mapToObj(done -> done + "/" + steps)
                                    .toList());
        }
        assertThat(heard).endsWith(steps + "/" + steps).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void stopsWhenTheListenerSaysSo(Sampler sampler) {
        List<Integer> heard = new ArrayList<>();
        assertThatThrownBy(() ->
                        sample(
                                sampler,
                                (done, of) -> {
                                    heard.add(done);
                                    return heard.size() < 2;
                                }))
                .isInstanceOf(CancellationException.class)
                .hasMessageStartingWith("cancelled after step " + heard.getLast());
        assertThat(heard).hasSize(2);
    }

    private static void sample(Sampler sampler, StepListener listener) {
        sampler.sample(
                new Curved(),
                new Beginning(Tensor.zeros(SHAPE), levels(sampler, 6)),
                noise(1, SHAPE),
                SamplerOptions.USUAL,
                listener);
    }

    @ParameterizedTest
    @EnumSource
    void leavesItsStartingPointAlone(Sampler sampler) {
        var noise = noise(1, SHAPE);
        float[] before = noise.start().data().clone();
        sampler.sample(
                new Curved(),
                new Beginning(noise.start(), levels(sampler, 5)),
                noise,
                SamplerOptions.USUAL,
                StepListener.NONE);
        assertThat(noise.start().data()).isEqualTo(before);
    }

    /** For prompts that change by steps. */
    @ParameterizedTest
    @EnumSource
    void asksTwiceAStepIfItSaysSo(Sampler sampler) {
        int[] calls = {0};
        sampler.sample(
                (x, sigma) -> {
                    calls[0]++;
                    return x;
                },
                new Beginning(Tensor.zeros(SHAPE), new float[] {4, 3, 2, 1, 0.5f, 0.25f, 0.1f}),
                noise(1, SHAPE),
                SamplerOptions.USUAL,
                StepListener.NONE);
        if (sampler != Sampler.DPM_ADAPTIVE) {
            assertThat(calls[0])
                    .isBetween(sampler.isSecondOrder() ? 12 : 6, sampler.isSecondOrder() ? 12 : 7);
        }
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
        "k_dpmpp_2m, DPMPP_2M",
        "k_dpm_ad, DPM_ADAPTIVE",
        "ddim cfg++, DDIM_CFGPP",
        "unipc, UNIPC"
    })
    void isFoundByNameAndAliasInAnyCase(String name, Sampler sampler) {
        assertThat(Sampler.named(name)).isEqualTo(sampler);
    }

    @ParameterizedTest
    @CsvSource({
        "DPM++ 2M, , DPMPP_2M, AUTOMATIC",
        "DPM++ 2M Karras, , DPMPP_2M, KARRAS",
        "dpm++ 2m sde heun exponential, , DPMPP_2M_SDE_HEUN, EXPONENTIAL",
        "DPM++ 2M SDE Heun, , DPMPP_2M_SDE_HEUN, AUTOMATIC",
        "Euler a SGM Uniform, , EULER_A, SGM_UNIFORM",
        "Euler Align Your Steps, , EULER, ALIGN_YOUR_STEPS",
        "DPM2 a Karras, Simple, DPM2_A, KARRAS",
        "DPM++ 2M SDE Karras, Automatic, DPMPP_2M_SDE, KARRAS",
        "DPM++ 2M sgm_uniform, , DPMPP_2M, SGM_UNIFORM",
        "Euler SGMUniform, , EULER, SGM_UNIFORM",
        "DDIM, , DDIM, AUTOMATIC"
    })
    void namesMayEndInASchedule(String name, String schedule, Sampler sampler, Schedule chosen) {
        assertThat(SamplerName.of(name, schedule)).isEqualTo(new SamplerName(sampler, chosen));
    }

    @ParameterizedTest
    @CsvSource({
        ", , , ",
        ", beta, , BETA",
        "Euler a, , EULER_A, ",
        "DPM++ 2M sgm_uniform, Automatic, DPMPP_2M, SGM_UNIFORM"
    })
    void aSecondPassHasWhatIsNamedOfThem(
            String name, String schedule, Sampler sampler, Schedule chosen) {
        assertThat(SamplerName.ofSecondPass(name, schedule))
                .isEqualTo(new SamplerName(sampler, chosen));
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Sampler.named("Euler b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "sampler: found 'Euler b', allowed: DPM++ 2M, DPM++ SDE, DPM++ 2M SDE, DPM++ 2M"
                                + " SDE Heun, DPM++ 2S a, DPM++ 3M SDE, Euler a, Euler, LMS, Heun, DPM2,"
                                + " DPM2 a, DPM fast, DPM adaptive, Restart, DDIM, DDIM CFG++, PLMS, UniPC,"
                                + " LCM");
    }

    private static float[] levels(Sampler sampler, int steps) {
        return sampler.sigmas(Schedule.AUTOMATIC, steps, LEVELS, ScheduleOptions.USUAL);
    }

    private static ImageNoise.Begun noise(long seed, int... shape) {
        return new ImageNoise(Rng.CPU, seed, NoiseOptions.USUAL).begin(shape);
    }

    private static float[] floats(double[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }
}
