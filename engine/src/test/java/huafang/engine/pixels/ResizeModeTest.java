package huafang.engine.pixels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResizeModeTest {
    static Stream<String> resized() {
        return new String(Goldens.bytes("resized.tsv"), UTF_8).lines();
    }

    @ParameterizedTest
    @MethodSource("resized")
    void givesThePixelsOfPillow(String line) {
        String[] cells = line.split("\t");
        int width = Integer.parseInt(cells[1]);
        int height = Integer.parseInt(cells[2]);

        Pixels fitted = ResizeMode.valueOf(cells[0]).fit(Goldens.picture(), width, height);

        byte[] expected = Goldens.bytes("%s-%dx%d.rgb".formatted(cells[0], width, height));
        assertThat(fitted).isEqualTo(new Pixels(width, height, 3, expected));
    }

    @Test
    void aPictureForLatentsStaysAsItIs() {
        assertThat(ResizeMode.LATENT_UPSCALE.fit(Goldens.picture(), 96, 64))
                .isEqualTo(Goldens.picture());
    }

    @Test
    void aMaskStaysAMask() {
        Pixels mask = Goldens.picture().mask(true);
        for (ResizeMode mode : ResizeMode.values()) {
            assertThat(mode.fit(mask, 40, 72).channels()).isEqualTo(1);
        }
    }

    @Test
    void aThreadOfAPictureIsRefusedWhereItWouldHaveToBecomeHuge() {
        Pixels thread = Pixels.black(100_000, 1, 3);
        assertThatThrownBy(() -> ResizeMode.CROP_AND_RESIZE.fit(thread, 512, 512))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a picture: found 16777216 x 512 pixels on the way, allowed: 16777216 in all");
        assertThat(ResizeMode.RESIZE_AND_FILL.fit(thread, 512, 512).height()).isEqualTo(512);
    }
}
