package huafang.engine.png;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.imageio.metadata.IIOMetadataNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "3, 2", "64, 64", "257, 31", "512, 768"})
    void readsBackAsWritten(int width, int height) throws IOException {
        byte[] rgb = noise(width, height);

        var image =
                ImageIO.read(new ByteArrayInputStream(Png.encode(width, height, rgb, Map.of())));

        assertThat(image.getWidth()).isEqualTo(width);
        assertThat(image.getHeight()).isEqualTo(height);
        for (int i = 0; i < width * height; i++) {
            int expected =
                    (rgb[3 * i] & 0xff) << 16
                            | (rgb[3 * i + 1] & 0xff) << 8
                            | rgb[3 * i + 2] & 0xff;
            assertThat(image.getRGB(i % width, i / width) & 0xff_ffff)
                    .as("pixel %d", i)
                    .isEqualTo(expected);
        }
    }

    @Test
    void latinTextIsATextChunk() throws IOException {
        String text = "a café\nSteps: 20, Seed: 1";

        byte[] png = Png.encode(2, 2, noise(2, 2), Map.of("parameters", text));

        assertThat(new String(png, ISO_8859_1))
                .contains("tEXtparameters\0" + text)
                .doesNotContain("iTXt");
        IIOMetadataNode entry = textOf(png, "tEXtEntry");
        assertThat(entry.getAttribute("keyword")).isEqualTo("parameters");
        assertThat(entry.getAttribute("value")).isEqualTo(text);
    }

    @Test
    void otherTextIsUtf8() throws IOException {
        String text = "一只猫 🐈\nSteps: 20, Seed: 1";

        byte[] png = Png.encode(2, 2, noise(2, 2), Map.of("parameters", text));

        assertThat(new String(png, UTF_8))
                .contains("iTXtparameters\0\0\0\0\0" + text)
                .doesNotContain("tEXt");
        IIOMetadataNode entry = textOf(png, "iTXtEntry");
        assertThat(entry.getAttribute("keyword")).isEqualTo("parameters");
        assertThat(entry.getAttribute("text")).isEqualTo(text);
    }

    @Test
    void givesTheSameBytesAgain() {
        byte[] rgb = noise(100, 100);
        assertThat(Png.encode(100, 100, rgb, Map.of("a", "b")))
                .isEqualTo(Png.encode(100, 100, rgb, Map.of("a", "b")));
    }

    @Test
    void smoothPicturesShrink() {
        byte[] rgb = new byte[3 * 256 * 256];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 768);
        }
        assertThat(Png.encode(256, 256, rgb, Map.of()).length).isLessThan(rgb.length / 7);
    }

    @Test
    void refusesAWrongSizeAndAnImpossibleKeyword() {
        assertThatThrownBy(() -> Png.encode(2, 3, new byte[17], Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a picture of 2 x 3 needs 18 bytes, found 17");
        assertThatThrownBy(() -> Png.encode(1, 1, new byte[3], Map.of("参数", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("参数");
    }

    private static byte[] noise(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        new Random(1).nextBytes(rgb);
        return rgb;
    }

    private static IIOMetadataNode textOf(byte[] png, String entry) throws IOException {
        var reader = ImageIO.getImageReadersByFormatName("png").next();
        try (var stream = ImageIO.createImageInputStream(new ByteArrayInputStream(png))) {
            reader.setInput(stream);
            var root =
                    (IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0");
            return (IIOMetadataNode) root.getElementsByTagName(entry).item(0);
        } finally {
            reader.dispose();
        }
    }
}
