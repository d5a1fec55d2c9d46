package huafang.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.network.Device;
import huafang.engine.network.GoldenWeights;
import huafang.engine.pixels.Pixels;
import huafang.engine.pixels.Resampling;
import huafang.engine.sampling.StepListener;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpscalerTest {
    private static Pixels picture(int width, int height) {
        byte[] data = new byte[3 * width * height];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * i * 31 / 7);
        }
        return new Pixels(width, height, 3, data);
    }

    private static Pixels enlarge(Upscaler upscaler, Pixels picture, double factor) {
        return upscaler.enlarge(picture, factor, StepListener.NONE);
    }

    @Test
    void sidesAreRoundedDownToMultiplesOfEight() {
        Pixels picture = picture(30, 21);
        for (Upscaler upscaler :
                new Upscaler[] {Upscaler.NONE, Upscaler.LANCZOS, Upscaler.NEAREST}) {
            Pixels larger = enlarge(upscaler, picture, 1.5);
            assertThat(larger.width()).isEqualTo(40);
            assertThat(larger.height()).isEqualTo(24);
        }
    }

    @Test
    void noneIsLanczosAtOnceAndLanczosInTwoSteps() {
        Pixels picture = picture(30, 21);

        assertThat(enlarge(Upscaler.NONE, picture, 1.5))
                .isEqualTo(Resampling.LANCZOS.resize(picture, 40, 24));
        assertThat(enlarge(Upscaler.LANCZOS, picture, 1.5))
                .isEqualTo(
                        Resampling.LANCZOS.resize(
                                Resampling.LANCZOS.resize(picture, 45, 31), 40, 24));
    }

    @Test
    void nearestRepeatsPixels() {
        Pixels picture = picture(8, 16);

        Pixels larger = enlarge(Upscaler.NEAREST, picture, 3);

        assertThat(larger.width()).isEqualTo(24);
        for (int y = 0; y < 48; y++) {
            for (int x = 0; x < 24; x++) {
                assertThat(larger.at(x, y, 1)).isEqualTo(picture.at(x / 3, y / 3, 1));
            }
        }
    }

    @Test
    void aSizeThatIsSmallerIsLanczos() {
        assertThat(Upscaler.NEAREST.resize(picture(64, 64), 40, 24, StepListener.NONE))
                .isEqualTo(Resampling.LANCZOS.resize(picture(64, 64), 40, 24));
    }

    /** A network by 2 runs twice for 3, and Lanczos brings that back; once for 1.5, and for 1. */
    @Test
    void aNetworkRunsAsOftenAsItMust(@TempDir Path folder) {
        try (var network =
                Upscaler.load(GoldenWeights.write(folder, "esrgan-x2", ""), Device.CPU)) {
            int[] runs = {0};
            StepListener counts = (done, of) -> ++runs[0] > 0;

            assertThat(network.enlarge(picture(16, 16), 3, counts).width()).isEqualTo(48);
            assertThat(runs[0]).isEqualTo(2);
            assertThat(network.enlarge(picture(16, 16), 1.5, counts).width()).isEqualTo(24);
            assertThat(runs[0]).isEqualTo(3);
            assertThat(network.enlarge(picture(16, 16), 1, counts).width()).isEqualTo(16);
            assertThat(runs[0]).isEqualTo(4);
        }
    }

    @Test
    void tooManyPixelsAreRefusedBeforeTheyAreMade() {
        Pixels large = picture(4096, 2048);
        for (Upscaler upscaler :
                new Upscaler[] {Upscaler.NONE, Upscaler.LANCZOS, Upscaler.NEAREST}) {
            assertThatThrownBy(() -> enlarge(upscaler, large, 8))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("found 32768 x 16384 pixels");
        }
    }
}
