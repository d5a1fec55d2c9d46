package huafang.engine.sampling;

import static huafang.engine.sampling.Numbers.distance;
import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers from tools/golden/noise.py. */
class NoiseTest {
    private static final Numbers NUMBERS = Numbers.of("noise.tsv");

    @Test
    void theTwisterIsTheStandards() {
        var twister = new MersenneTwister(5489);
        int last = 0;
        for (int i = 0; i < 10_000; i++) {
            last = twister.next();
        }
        assertThat(Integer.toUnsignedLong(last)).isEqualTo(4_123_659_995L); // C++11, 26.5.5
    }

    @Test
    void philoxGivesTheKnownAnswers() { // of the Random123 distribution
        assertThat(scrambled(0, 0, 0, 0, 0))
                .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        assertThat(scrambled(-1L, -1, -1, -1, -1))
                .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        assertThat(scrambled(0x299f31d0_a4093822L, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344))
                .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    private static int[] scrambled(long key, int... counter) {
        Philox.scramble(counter, key);
        return counter;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4_294_967_295L})
    void cpuUniformsAreExact(long seed) {
        var single = new CpuNoise(seed);
        for (double expected : NUMBERS.row("uniform " + seed)) {
            assertThat(single.uniform()).isEqualTo((float) expected);
        }
        var precise = new CpuNoise(seed);
        for (double expected : NUMBERS.row("double " + seed)) {
            assertThat(precise.preciseUniform()).isEqualTo(expected);
        }
    }

    static String[] cpuRows() {
        return NUMBERS.names("cpu");
    }

    @ParameterizedTest
    @MethodSource("cpuRows")
    void cpuNormalsAreThoseOfPyTorch(String row) {
        assertThat(distance(draws(Rng.CPU, row), NUMBERS.row(row))).isLessThan(2e-6);
    }

    static String[] nvRows() {
        return NUMBERS.names("nv");
    }

    @ParameterizedTest
    @MethodSource("nvRows")
    void nvNormalsAreThoseOfCuda(String row) {
        assertThat(distance(draws(Rng.NV, row), NUMBERS.row(row))).isLessThan(1e-6);
    }

    @Test
    void nvBeginsAsPyTorchPrintsItOnAGpu() { // torch.manual_seed(42); torch.randn(10,
        // device="cuda")
        double[] printed = {
            0.1940, 2.1614, -0.1721, 0.8491, -1.9244, 0.6530, -0.6494, -0.8175, 0.5280, -1.2753
        };
        assertThat(distance(Rng.NV.seeded(42).draw(10).data(), printed)).isLessThan(6e-5);
    }

    /** One after another, the draws that a row's name tells: "nv 1 16,20". */
    private static float[] draws(Rng rng, String row) {
        String[] words = row.split(" ");
        NoiseSource noise = rng.seeded(Long.parseLong(words[1]));
        return Tensor.concatenate(
                        Arrays.stream(words[2].split(","))
                                .map(count -> noise.draw(Integer.parseInt(count)))
                                .toArray(Tensor[]::new))
                .data();
    }

    @ParameterizedTest
    @EnumSource
    void theSeedAloneDecides(Rng rng) {
        float[] first = rng.seeded(7).draw(1, 4, 8, 8).data();
        assertThat(rng.seeded(7).draw(4, 64).data()).isEqualTo(first);
        assertThat(rng.seeded(8).draw(1, 4, 8, 8).data()).isNotEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource
    void successiveDrawsDiffer(Rng rng) {
        NoiseSource noise = rng.seeded(7);
        assertThat(noise.draw(100).data()).isNotEqualTo(noise.draw(100).data());
    }

    static String[] startRows() {
        return NUMBERS.names("start");
    }

    /** Variations, resized seeds and seed deltas. */
    @ParameterizedTest
    @MethodSource("startRows")
    void startsAreThoseOfAutomatic1111(String row) {
        String[] words = row.split(" ");
        int[] shape = integers(words[3]);
        String[] options = words[4].split(",");
        var noise =
                new ImageNoise(
                        Rng.valueOf(words[1]),
                        Long.parseLong(words[2]),
                        new NoiseOptions(
                                Long.parseLong(options[0]),
                                Double.parseDouble(options[1]),
                                Integer.parseInt(options[2]),
                                Integer.parseInt(options[3]),
                                Integer.parseInt(options[4])));

        var begun = noise.begin(1, shape[0], shape[1], shape[2]);

        float[] next = begun.rest().draw(begun.start().shape()).data();
        Tensor found =
                Tensor.concatenate(
                        new Tensor(begun.start().data(), begun.start().data().length),
                        new Tensor(Arrays.copyOf(next, 4), 4));
        // Almost opposite columns of a variation enlarge the last bits of PyTorch's normals.
        double tolerance = options[1].equals("0") ? 2e-6 : 5e-5;
        assertThat(distance(found.data(), NUMBERS.row(row))).isLessThan(tolerance);
    }

    @ParameterizedTest
    @ValueSource(strings = {"brownian 1 CPU", "brownian 1099511627783 CPU", "brownian 5 NV"})
    void brownianMotionsAreThoseOfTorchsde(String row) {
        float[] levels = {14.614643f, 9.3f, 4.499843f, 1.090791f, 1.09f, 0.5f, 0.0291675f};
        String[] words = row.split(" ");
        var tree =
                new BrownianTree(
                        Rng.valueOf(words[2]),
                        Long.parseLong(words[1]),
                        new int[] {48},
                        levels[6],
                        levels[0]);
        Tensor[] found = new Tensor[6];
        for (int i = 5; i >= 0; i--) { // in any order
            found[i] = tree.between(levels[i], levels[i + 1]);
        }
        assertThat(distance(Tensor.concatenate(found).data(), Numbers.of("samplers.tsv").row(row)))
                .isLessThan(1e-4);
    }

    @Test
    void seedSequencesAreThoseOfNumpy() {
        assertThat(Integer.toUnsignedLong(SeedSequence.firstWord(1))).isEqualTo(1562320788L);
        assertThat(Integer.toUnsignedLong(SeedSequence.firstWord(1, 2, 3))).isEqualTo(2309440454L);
        assertThat(Integer.toUnsignedLong(SeedSequence.firstWord(1L << 40, 0, 0)))
                .isEqualTo(2972616859L);
    }

    private static int[] integers(String list) {
        return Arrays.stream(list.split(",")).mapToInt(Integer::parseInt).toArray();
    }
}
