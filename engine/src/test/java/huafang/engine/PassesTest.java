package huafang.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.network.Device;
import huafang.engine.network.GoldenWeights;
import huafang.engine.network.Networks;
import huafang.engine.network.VaeTiles;
import huafang.engine.sampling.LatentUpscale;
import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures of several passes against PyTorch's, which tools/golden/passes.py made. */
class PassesTest {
    @TempDir static Path folder;
    private static StableDiffusion model;
    private static StableDiffusion refiner;
    private static Upscaler network;

    @BeforeAll
    static void load() throws IOException {
        refiner =
                StableDiffusion.load(
                        GoldenWeights.write(
                                Files.createTempDirectory(folder, "other"),
                                "over",
                                "64x64",
                                line -> line,
                                name -> name.endsWith("diffusion_model.out.2.bias") ? 0.5 : 0));
        model = StableDiffusion.load(GoldenWeights.write(folder, "over", "64x64"));
        network = Upscaler.load(GoldenWeights.write(folder, "esrgan-x2", ""), Device.CPU);
    }

    @AfterAll
    static void close() {
        model.close();
        refiner.close();
        network.close();
    }

    /** A line of cases.tsv. */
    private record Case(String[] cells) {
        Txt2Img text() {
            int side = Integer.parseInt(cells[5]);
            return new Txt2Img(
                    cells[1],
                    "blurry",
                    side,
                    side,
                    Integer.parseInt(cells[4]),
                    Sampler.named(cells[2]),
                    Schedule.named(cells[3]),
                    7,
                    Long.parseLong(cells[6]),
                    Rng.CPU,
                    Txt2Img.Reading.USUAL);
        }

        Request request() {
            if (cells[7].isEmpty()) {
                return text();
            }
            String[] sides = cells[7].split("x");
            return new HiresFix(
                    text(),
                    sides.length == 1
                            ? HiresFix.Size.by(text(), Double.parseDouble(sides[0]))
                            : HiresFix.Size.to(
                                    text(), Integer.parseInt(sides[0]), Integer.parseInt(sides[1])),
                    enlargement(),
                    Double.parseDouble(cells[9]),
                    new HiresFix.Second(
                            Integer.parseInt(cells[10]),
                            cells[11],
                            "",
                            Optional.of(cells[12])
                                    .filter(name -> !name.isEmpty())
                                    .map(Sampler::named),
                            Optional.empty(),
                            Optional.empty()));
        }

        private HiresFix.Enlargement enlargement() {
            return switch (cells[8]) {
                case "Lanczos" -> new HiresFix.Enlargement.OfPixels(Upscaler.LANCZOS);
                case "esrgan-x2" -> new HiresFix.Enlargement.OfPixels(network);
                default -> new HiresFix.Enlargement.OfLatents(LatentUpscale.named(cells[8]));
            };
        }

        Manner manner() {
            double at = Double.parseDouble(cells[13]);
            return new Manner(
                    Boolean.parseBoolean(cells[15]),
                    at > 1
                            ? Optional.empty()
                            : Optional.of(refiner(at, Boolean.parseBoolean(cells[14]))));
        }

        @Override
        public String toString() {
            return cells[0];
        }
    }

    static Stream<Case> cases() {
        return new String(resource("cases.tsv"), UTF_8)
                .lines()
                .map(line -> new Case(line.split("\t")));
    }

    private static Refiner refiner(double at, boolean bySteps) {
        return new Refiner(() -> refiner, at, bySteps);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void paintsThePictureOfPyTorch(Case expected) {
        Picture picture = model.paint(expected.request(), expected.manner(), StepListener.NONE);

        assertAgreement(picture.latents().data(), expected + ".latents.f32");
        assertThat(picture.width()).isEqualTo(8 * picture.latents().size(3));
    }

    private static void assertAgreement(float[] found, String golden) {
        var floats =
                ByteBuffer.wrap(resource(golden)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        assertThat(found).hasSize(floats.remaining());
        double error = 0;
        double whole = 0;
        for (float number : found) {
            float expected = floats.get();
            error += Math.pow(number - expected, 2);
            whole += Math.pow(expected, 2);
        }
        // Pixels between the passes are rounded to eight bits, which a last bit may tip over.
        assertThat(Math.sqrt(error / whole)).isLessThan(1e-3);
    }

    /** AUTOMATIC1111's rule: to the size that covers the target, then what is too much is cut. */
    @ParameterizedTest
    @CsvSource({
        "512, 512, 768, 768,  768, 768, 0, 0",
        "512, 512, 768, 0,    768, 768, 0, 0",
        "512, 768, 0, 1024,   682, 1024, 0, 0",
        "512, 512, 1024, 768, 1024, 1024, 0, 32",
        "512, 768, 1024, 1024, 1024, 1536, 0, 64",
        "768, 512, 1024, 1024, 1536, 1024, 64, 0"
    })
    void theSizeIsAutomatic1111s(
            int width, int height, int wantedWidth, int wantedHeight, int w, int h, int x, int y) {
        assertThat(HiresFix.Size.to(text(width, height), wantedWidth, wantedHeight))
                .isEqualTo(new HiresFix.Size(w, h, x, y));
    }

    @Test
    void aFactorIsRoundedDown() {
        assertThat(HiresFix.Size.by(text(520, 512), 1.3))
                .isEqualTo(new HiresFix.Size(676, 665, 0, 0));
    }

    @Test
    void bothPassesAreToldAsOne() {
        List<String> heard = new ArrayList<>();
        model.paint(hires(0.5), (done, of) -> heard.add(done + "/" + of));

        assertThat(heard).containsExactly("1/7", "2/7", "3/7", "4/7", "5/7", "6/7", "7/7");
    }

    @Test
    void aSecondPassThatTakesNoStepsIsNotCounted() {
        List<String> heard = new ArrayList<>();
        model.paint(hires(0), (done, of) -> heard.add(done + "/" + of));

        assertThat(heard).containsExactly("1/4", "2/4", "3/4", "4/4");
    }

    @Test
    void theSecondPassCanBeStopped() {
        assertThatThrownBy(() -> model.paint(hires(0.5), (done, of) -> done < 6))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void aStrengthOfNothingOnlyEnlarges() {
        Picture small = model.paint(hires(0).picture(), StepListener.NONE);

        Picture large = model.paint(hires(0), StepListener.NONE);

        assertThat(large.latents().data())
                .isEqualTo(LatentUpscale.NEAREST.resized(small.latents(), 16, 16).data());
    }

    @Test
    void theSecondPassMayHaveItsOwnCheckpoint() throws IOException {
        Path other =
                GoldenWeights.write(
                        Files.createTempDirectory(folder, "second"),
                        "over",
                        "64x64",
                        line -> line,
                        name -> name.endsWith("decoder.conv_out.bias") ? 0.5 : 0);
        HiresFix plain = hires(0.5);
        try (var second = StableDiffusion.load(other)) {
            var asked = new ArrayList<String>();
            var own =
                    new HiresFix(
                            plain.picture(),
                            plain.size(),
                            plain.enlargement(),
                            0.5,
                            new HiresFix.Second(
                                    3,
                                    "",
                                    "",
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of(() -> {
                                        asked.add("second");
                                        return second;
                                    })));

            Picture picture = model.paint(own, StepListener.NONE);

            Picture expected = model.paint(plain, StepListener.NONE);
            assertThat(asked).containsExactly("second");
            assertThat(picture.latents().data()).isEqualTo(expected.latents().data());
            assertThat(Arrays.equals(picture.rgb(), expected.rgb())).isFalse(); // its own decoder
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aRefinerFromTheBeginningIsAloneAndOneAtTheEndNeverComes(boolean bySteps) {
        Txt2Img text = text(64, 72);

        Picture never = paint(text, refiner(1, bySteps));
        Picture always = paint(text, refiner(0, bySteps));
        Picture half = paint(text, refiner(0.5, bySteps));

        assertThat(never.rgb()).isEqualTo(model.paint(text, StepListener.NONE).rgb());
        assertThat(always.rgb()).isEqualTo(refiner.paint(text, StepListener.NONE).rgb());
        assertThat(half.latents().data())
                .isNotEqualTo(never.latents().data())
                .isNotEqualTo(always.latents().data());
    }

    private static Picture paint(Txt2Img text, Refiner refiner) {
        return model.paint(text, new Manner(false, Optional.of(refiner)), StepListener.NONE);
    }

    @Test
    void latentsOfAnotherFamilyAreRefusedBeforeTheFirstStep() {
        StepListener unheard =
                (done, of) -> {
                    throw new AssertionError("a step");
                };
        try (var xl = StableDiffusion.load(spoken("xl"))) {
            String found =
                    " xl.safetensors: expected a checkpoint that knows the latents of over.safetensors, which is "
                            + model.description()
                            + "; found Stable Diffusion XL";
            var refined = new Manner(false, Optional.of(new Refiner(() -> xl, 0.8, false)));
            for (Request request : List.of(text(64, 64), hires(0.5))) {
                assertThatThrownBy(() -> model.paint(request, refined, unheard))
                        .isInstanceOf(CheckpointException.class)
                        .hasMessage("the refiner" + found);
            }
            HiresFix latents = ownCheckpoint(hires(0.5), hires(0.5).enlargement(), xl);
            assertThatThrownBy(() -> model.paint(latents, unheard))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("the second pass'" + found);

            var pixels = new HiresFix.Enlargement.OfPixels(Upscaler.LANCZOS);
            HiresFix ofPixels = ownCheckpoint(hires(0.5), pixels, xl);
            assertThatThrownBy(() -> model.paint(ofPixels, StepListener.NONE))
                    .as("pixels are for every encoder, but this file has none")
                    .hasMessageContaining("first_stage_model.encoder.conv_in.weight");
        }
    }

    private static HiresFix ownCheckpoint(
            HiresFix plain, HiresFix.Enlargement enlargement, StableDiffusion second) {
        return new HiresFix(
                plain.picture(),
                plain.size(),
                enlargement,
                plain.strength(),
                new HiresFix.Second(
                        3, "", "", Optional.empty(), Optional.empty(), Optional.of(() -> second)));
    }

    /** XL's refiner reads the prompts by its own tower, and is told a score. */
    @Test
    void xlIsRefinedByItsRefiner() {
        try (var base = StableDiffusion.load(spoken("xl"));
                var second = StableDiffusion.load(spoken("refiner"))) {
            Txt2Img text = text(64, 64);
            List<Integer> steps = new ArrayList<>();
            var late = new Manner(false, Optional.of(new Refiner(() -> second, 0.75, true)));
            var early = new Manner(false, Optional.of(new Refiner(() -> second, 0, true)));

            Picture refined = base.paint(text, late, (done, of) -> steps.add(done));

            assertThat(steps).containsExactly(1, 2, 3, 4);
            assertThat(refined.latents().data())
                    .isNotEqualTo(base.paint(text, StepListener.NONE).latents().data());
            assertThat(base.paint(text, early, StepListener.NONE).latents().data())
                    .isEqualTo(second.paint(text, StepListener.NONE).latents().data());
        }
    }

    /** Not that of what is left of it: AUTOMATIC1111 tells its hr_upscale_to_x and _y. */
    @Test
    void xlIsToldTheSizeThatThePictureWasEnlargedTo() {
        var multiple = new HiresFix.Size(96, 64, 0, 0);
        var more = new HiresFix.Size(100, 70, 0, 0); // as many latents
        try (var xl = StableDiffusion.load(spoken("xl"))) {
            float[] told = xl.paint(enlarged(multiple), StepListener.NONE).latents().data();

            assertThat(xl.paint(enlarged(more), StepListener.NONE).latents().data())
                    .hasSameSizeAs(told)
                    .isNotEqualTo(told);
        }
        assertThat(model.paint(enlarged(more), StepListener.NONE).latents().data())
                .isEqualTo(model.paint(enlarged(multiple), StepListener.NONE).latents().data());
    }

    private static HiresFix enlarged(HiresFix.Size size) {
        return new HiresFix(
                text(64, 64),
                size,
                new HiresFix.Enlargement.OfLatents(LatentUpscale.NEAREST),
                0.5,
                HiresFix.Second.SAME);
    }

    /** A small checkpoint with the whole vocabulary. */
    private static Path spoken(String name) {
        return GoldenWeights.write(
                folder,
                name,
                "64x64",
                line ->
                        line.replace(
                                "token_embedding.weight 512 ", "token_embedding.weight 49408 "));
    }

    private static final Manner TILING = new Manner(true, Optional.empty());

    @Test
    void theDecoderSeesTheOppositeEdgeToo() {
        Case tiling = cases().filter(each -> each.toString().equals("tiling")).findFirst().get();
        Picture painted = model.paint(tiling.request(), tiling.manner(), StepListener.NONE);
        try (Networks networks = Networks.load(folder.resolve("over.safetensors"))) {
            float[] picture = networks.wrapped().decode(painted.latents()).data();
            float[] sample = new float[(picture.length + 6) / 7];
            for (int i = 0; i < sample.length; i++) {
                sample[i] = picture[7 * i];
            }

            assertAgreement(sample, "tiling.picture.f32");
        }
    }

    /** A picture without edges that is shifted around them is made of what is shifted so. */
    @Test
    void picturesWithoutEdgesCanBeShifted() {
        Path path = folder.resolve("over.safetensors");
        try (Networks networks = Networks.load(path);
                Networks pieces = Networks.load(path, Optional.empty(), VaeTiles.of(64))) {
            Tensor latents = Rng.CPU.seeded(1).draw(1, 4, 16, 12);
            Tensor whole = networks.wrapped().decode(latents);

            assertThat(networks.wrapped().decode(shifted(latents, 3)).data())
                    .containsExactly(shifted(whole, 24).data(), within(1e-3f));
            assertThat(pieces.wrapped().decode(latents).shape()).isEqualTo(whole.shape());
        }
    }

    private static Tensor shifted(Tensor x, int by) {
        return x.wrapped(by).cut(0, 0, x.size(2), x.size(3));
    }

    /** The network that knows of edges gives the bits of the one that does not. */
    @Test
    void picturesWithEdgesStayTheSameAfterOneWithout() {
        Txt2Img text = text(72, 64);
        try (var fresh = StableDiffusion.load(spoken("bk"))) {
            Picture before = fresh.paint(text, StepListener.NONE);
            Picture tiling = fresh.paint(text, TILING, StepListener.NONE);
            Picture after = fresh.paint(text, StepListener.NONE);

            assertThat(after.rgb()).isEqualTo(before.rgb());
            assertThat(after.latents().data()).isEqualTo(before.latents().data());
            assertThat(tiling.latents().data()).isNotEqualTo(before.latents().data());
        }
    }

    @Test
    void aRefinerOutOfRangeIsRefused() {
        assertThatThrownBy(() -> refiner(1.1, true))
                .hasMessage("refiner at: found 1.1, allowed: 0 to 1");
    }

    @Test
    void anUpscalerThatGivesNoNumbersFailsThePicture() {
        Path file =
                GoldenWeights.write(
                        folder,
                        "esrgan-x1",
                        "",
                        line -> line,
                        name -> name.equals("model.4.bias") ? Double.NaN : 0);
        HiresFix plain = hires(0.5);
        try (var damaged = Upscaler.load(file, Device.CPU)) {
            var request =
                    new HiresFix(
                            plain.picture(),
                            plain.size(),
                            new HiresFix.Enlargement.OfPixels(damaged),
                            0.5,
                            HiresFix.Second.SAME);
            assertThatThrownBy(() -> model.paint(request, StepListener.NONE))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageStartingWith("the enlarged picture: 12288 of 12288 numbers");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.9 | 0.5 | 3   | hires scale: found 0.9, allowed: 1 to 8",
                "2   | 1.5 | 3   | strength: found 1.5, allowed: 0 to 1",
                "2   | 0.5 | 151 | hires steps: found 151, allowed: 0 to 150",
                "8   | 0.5 | 3   | width: found 4096, allowed: a multiple of 8 from 64 to 2048"
            })
    void numbersOutOfRangeAreRefused(double factor, double strength, int steps, String sentence) {
        Txt2Img text = text(512, 512);
        assertThatThrownBy(() ->
                        new HiresFix(
                                text,
                                HiresFix.Size.by(text, factor),
                                new HiresFix.Enlargement.OfPixels(Upscaler.NONE),
                                strength,
                                new HiresFix.Second(
                                        steps,
                                        "",
                                        "",
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    private static HiresFix hires(double strength) {
        Txt2Img text = text(64, 64);
        return new HiresFix(
                text,
                HiresFix.Size.by(text, 2),
                new HiresFix.Enlargement.OfLatents(LatentUpscale.NEAREST),
                strength,
                new HiresFix.Second(
                        3, "", "", Optional.empty(), Optional.empty(), Optional.empty()));
    }

    private static Txt2Img text(int width, int height) {
        return new Txt2Img(
                "a boat",
                "",
                width,
                height,
                4,
                Sampler.EULER,
                Schedule.KARRAS,
                7,
                1,
                Rng.NV,
                Txt2Img.Reading.USUAL);
    }

    private static byte[] resource(String name) {
        try (var file = PassesTest.class.getResourceAsStream("/golden/passes/" + name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
