package huafang.engine;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.network.GoldenWeights;
import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreviewTest {
    private static final Path DEMO =
            Path.of("../deploy/models/Stable-diffusion/huafang-demo.safetensors");

    @TempDir static Path folder;
    private static StableDiffusion model;

    @BeforeAll
    static void load() {
        model = StableDiffusion.load(GoldenWeights.write(folder, "pipeline", "64x64"));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** Keeps what it was shown, and how much of it before the end of each step. */
    private static final class Watcher implements StepListener {
        final List<Tensor> shown = new ArrayList<>();
        final List<Integer> before = new ArrayList<>();

        @Override
        public void expects(Tensor latents) {
            shown.add(latents);
        }

        @Override
        public boolean step(int done, int of) {
            before.add(shown.size());
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everySamplerShowsWhatItExpects(Sampler sampler) {
        var watcher = new Watcher();

        Picture picture = model.paint(request(sampler, 3, "a boat"), watcher);

        assertThat(watcher.before).isNotEmpty();
        assertThat(watcher.before.getFirst()).isPositive();
        assertThat(watcher.shown.size()).isGreaterThanOrEqualTo(watcher.before.size());
        assertThat(watcher.shown)
                .allSatisfy(shown -> assertThat(shown.shape()).containsExactly(1, 4, 8, 8));
        if (sampler == Sampler.EULER) {
            assertThat(watcher.shown.getLast().data()).isEqualTo(picture.latents().data());
        }
    }

    /** An XL of the published autoencoder's width: red follows its weights, and nothing else. */
    @Test
    void publishedAutoencodersHaveTheirPublishedColours() {
        Tensor latents = Tensor.zeros(1, 4, 1, 2);
        latents.data()[0] = 1; // the first channel of the left latent

        Picture preview = LatentColours.XL.picture(latents);

        assertThat(preview.rgb())
                .containsExactly(
                        level(0.3448), level(0.4168), level(0.4395), level(0), level(0), level(0));
    }

    private static byte level(double colour) {
        return (byte) (255 * (colour + 1) / 2);
    }

    @Test
    void aPreviewIsThePictureInLittle() {
        try (var demo = StableDiffusion.load(DEMO)) {
            Picture picture =
                    demo.paint(
                            request(Sampler.DPMPP_2M, 12, "a red house in the hills"),
                            StepListener.NONE);

            Picture preview = demo.preview(picture.latents());

            assertThat(preview.width()).isEqualTo(picture.width() / 8);
            assertThat(preview.height()).isEqualTo(picture.height() / 8);
            double difference = 0;
            for (int i = 0; i < preview.rgb().length; i++) {
                difference +=
                        Math.abs((preview.rgb()[i] & 255) - mean(picture, i))
                                / preview.rgb().length;
            }
            assertThat(difference).isLessThan(25); // with the published colours 43
        }
    }

    /** Of the 8×8 pixels that become one colour of a preview. */
    private static double mean(Picture picture, int index) {
        int width = picture.width() / 8;
        double sum = 0;
        for (int i = 0; i < 64; i++) {
            int y = index / 3 / width * 8 + i / 8;
            int x = index / 3 % width * 8 + i % 8;
            sum += picture.rgb()[3 * (y * picture.width() + x) + index % 3] & 255;
        }
        return sum / 64;
    }

    private static Txt2Img request(Sampler sampler, int steps, String prompt) {
        return new Txt2Img(
                prompt,
                "",
                64,
                64,
                steps,
                sampler,
                Schedule.AUTOMATIC,
                5,
                1,
                Rng.NV,
                Txt2Img.Reading.USUAL);
    }
}
