package huafang.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import huafang.engine.adapter.Adapters;
import huafang.engine.checkpoint.Parameterization;
import huafang.engine.network.GoldenWeights;
import huafang.engine.network.Networks;
import huafang.engine.pixels.Pixels;
import huafang.engine.pixels.ResizeMode;
import huafang.engine.sampling.Conditioning;
import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import huafang.engine.text.Chunk;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every family paints, and is told what it was trained with. */
class FamiliesTest {
    private static final int GREY = 200;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"inpainting", "sd2", "xl", "refiner", "ssd", "bk", "eight"})
    void paints(String name) {
        try (var model = StableDiffusion.load(write(name, ""))) {
            Picture picture = model.paint(request("a red house", 64), StepListener.NONE);

            assertThat(picture.width()).isEqualTo(64);
            assertThat(
                            Arrays.equals(
                                    picture.rgb(),
                                    model.paint(request("a boat", 64), StepListener.NONE).rgb()))
                    .isFalse();
        }
    }

    @Test
    void anotherVaePaintsAnotherPictureOfTheSameLatents() {
        Path path = write("inpainting", "");
        Path vae = GoldenWeights.write(folder, "sd2", "");
        try (var own = StableDiffusion.load(path);
                var other = StableDiffusion.load(path, Optional.of(vae))) {
            // An inpainting checkpoint's latents depend on its VAE's encoder, a plain one's do not.
            assertThat(own.description()).isEqualTo("Stable Diffusion 1.x, inpainting");
            assertThat(other.description()).isEqualTo(own.description());
        }
        Path plain = write("bk", "");
        try (var own = StableDiffusion.load(plain);
                var other = StableDiffusion.load(plain, Optional.of(vae))) {
            Picture first = own.paint(request("a boat", 64), StepListener.NONE);
            Picture second = other.paint(request("a boat", 64), StepListener.NONE);
            assertThat(second.latents().data()).isEqualTo(first.latents().data());
            assertThat(Arrays.equals(second.rgb(), first.rgb())).isFalse();
        }
    }

    @Test
    void anInpaintingModelSeesThatAllIsMasked() {
        try (Networks networks = Networks.load(write("inpainting", ""))) {
            var blanks = new BlankPictures();
            Tensor image = blanks.of(networks, 72, 40);

            assertThat(blanks.of(networks, 72, 40)).as("encoded once").isSameAs(image);
            assertThat(blanks.of(networks.wrapped(), 72, 40).data()).isNotEqualTo(image.data());
            assertThat(image.shape()).containsExactly(1, 5, 5, 9);
            assertThat(Arrays.copyOf(image.data(), 45)).containsOnly(1);
            assertThat(Arrays.copyOfRange(image.data(), 45, image.data().length))
                    .isEqualTo(networks.encode(Tensor.zeros(1, 3, 40, 72)).data());
        }
    }

    @Test
    void anInpaintingModelSeesAsMuchUnderTheMaskAsItIsTold() {
        try (Networks networks = Networks.load(write("inpainting", ""))) {
            for (double hidden : new double[] {0, 0.5, 1}) {
                float[] seen = seen(networks, hidden).data();

                assertThat(Arrays.copyOf(seen, 64)).containsOnly(1);
                Tensor dimmed = Tensor.zeros(1, 3, 64, 64);
                Arrays.fill(dimmed.data(), (float) (1 - hidden) * (GREY / 255f * 2 - 1));
                assertThat(Arrays.copyOfRange(seen, 64, seen.length))
                        .containsExactly(networks.encode(dimmed).data(), within(1e-4f));
            }
        }
    }

    /** Of a grey picture that is masked everywhere. */
    private static Tensor seen(Networks networks, double hidden) {
        byte[] rgb = new byte[3 * 64 * 64];
        Arrays.fill(rgb, (byte) GREY);
        byte[] white = new byte[64 * 64];
        Arrays.fill(white, (byte) 0xff);
        var inpainting =
                new Inpainting(
                        new Pixels(64, 64, 1, white),
                        false,
                        0,
                        0,
                        true,
                        Inpainting.Fill.ORIGINAL,
                        false,
                        32,
                        hidden);
        var request =
                new Img2Img(
                        request("a boat", 64),
                        new Pixels(64, 64, 3, rgb),
                        ResizeMode.JUST_RESIZE,
                        0.75,
                        1,
                        Optional.of(inpainting));
        return Ground.of(request, Canvas.of(request), networks).image().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"xl,false,768;512;0;0;768;512", "xl,true,768;512;0;0;768;512"})
    void xlIsToldTheSizes(String name, boolean negative, String numbers) {
        assertNumbers(name, negative, numbers, 96);
    }

    @ParameterizedTest
    @CsvSource({"refiner,false,768;512;0;0;6", "refiner,true,768;512;0;0;2.5"})
    void theRefinerIsToldTheSizesAndAScore(String name, boolean negative, String numbers) {
        assertNumbers(name, negative, numbers, 128);
    }

    private void assertNumbers(String name, boolean negative, String numbers, int pooled) {
        try (Networks networks = Networks.load(write(name, ""))) {
            float[] vector = complete(networks, negative, false).vector().data();

            assertThat(Arrays.copyOf(vector, pooled))
                    .isEqualTo(networks.poolText(new int[][] {Chunk.EMPTY.idArray()}).data());
            String[] words = numbers.split(";");
            assertThat(vector).hasSize(pooled + 256 * words.length);
            for (int i = 0; i < words.length; i++) {
                float[] expected = sinusoid(words[i]);
                for (int j = 0; expected != null && j < 256; j++) {
                    assertThat(vector[pooled + 256 * i + j]).isCloseTo(expected[j], within(1e-4f));
                }
            }
        }
    }

    /** Diffusers' numbers for these; null for others. */
    private static float[] sinusoid(String number) {
        int row = Arrays.asList("768", "512", "0", "2.5").indexOf(number);
        return row < 0
                ? null
                : Arrays.copyOfRange(GoldenWeights.golden("numbers"), 256 * row, 256 * row + 256);
    }

    @Test
    void xlIsToldNothingWhereThereIsNoNegativePrompt() {
        try (Networks networks = Networks.load(write("xl", ""))) {
            Conditioning nothing = complete(networks, true, true);
            assertThat(nothing.context().data()).containsOnly(0);
            assertThat(Arrays.copyOf(nothing.vector().data(), 96)).containsOnly(0);
            assertThat(nothing.vector().data()[96 + 128]).isNotZero();
            assertThat(complete(networks, false, true).context().data()[0]).isEqualTo(1);
        }
        try (Networks networks = Networks.load(write("sd2", ""))) {
            assertThat(complete(networks, true, true).context().data()[0]).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"'',0,EPSILON,512", "'',-4,V,768", "640x640,-4,V,640"})
    void whatNobodyStatesIsAskedOfTheNetwork(
            String resolution, float bias, Parameterization expected, int size) {
        Path path =
                GoldenWeights.write(
                        folder,
                        "sd2",
                        resolution,
                        line -> line,
                        name -> name.endsWith("diffusion_model.out.2.bias") ? bias : 0);
        try (Networks networks = Networks.load(path)) {
            assertThat(networks.config().parameterization()).isEqualTo(expected);
            assertThat(networks.config().width()).isEqualTo(size);
            assertThat(networks.config().height()).isEqualTo(size);
            assertThat(networks.wrapped().config()).isEqualTo(networks.config());
        }
    }

    private static Conditioning complete(Networks networks, boolean negative, boolean empty) {
        Tensor context = Tensor.zeros(1, 77, networks.config().unet().contextWidth());
        context.data()[0] = 1;
        Tensor blank = new BlankPictures().of(networks, 64, 64);
        return new Conditioner(networks, pooling(networks), 512, 768, blank)
                .complete(context, Chunk.EMPTY, negative, empty);
    }

    private Path write(String name, String resolution) {
        return GoldenWeights.write(
                folder,
                name,
                resolution,
                line ->
                        line.replace(
                                "token_embedding.weight 512 ", "token_embedding.weight 49408 "));
    }

    private static Txt2Img request(String prompt, int side) {
        return new Txt2Img(
                prompt,
                "",
                side,
                side,
                2,
                Sampler.EULER_A,
                Schedule.KARRAS,
                7,
                1,
                Rng.NV,
                Txt2Img.Reading.USUAL);
    }

    private static Function<Chunk, Tensor> pooling(Networks networks) {
        return chunk -> networks.poolText(chunk, Adapters.NONE);
    }
}
