package huafang.engine.pixels;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and their pixels from tools/golden/pixels.py. */
class PictureFileTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "picture.png",
                "gray.png",
                "bits.png",
                "clear.png",
                "clear-gray.png",
                "few.png",
                "few-clear.png",
                "turned.png"
            })
    void readsThePixelsOfPillow(String name) {
        Pixels pixels = PictureFile.decode(Goldens.bytes(name)).onWhite();

        assertThat(pixels.data()).isEqualTo(Goldens.bytes(name + ".rgb"));
        assertThat(pixels.width()).isEqualTo(name.startsWith("turned") ? 44 : 60);
    }

    /** Decoders may round otherwise. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "picture.jpg",
                "gray.jpg",
                "held-1.jpg",
                "held-2.jpg",
                "held-3.jpg",
                "held-4.jpg",
                "held-5.jpg",
                "held-6.jpg",
                "held-7.jpg",
                "held-8.jpg"
            })
    void readsNearlyThePixelsOfPillow(String name) {
        byte[] pixels = PictureFile.decode(Goldens.bytes(name)).onWhite().data();
        byte[] expected = Goldens.bytes(name + ".rgb");

        assertThat(pixels).hasSameSizeAs(expected);
        for (int i = 0; i < pixels.length; i++) {
            assertThat(Math.abs((pixels[i] & 0xff) - (expected[i] & 0xff))).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void aHeaderThatPromisesTooMuchIsRefusedBeforeAnythingIsDecoded() {
        byte[] png = Goldens.bytes("picture.png");
        ByteBuffer.wrap(png).putInt(16, 1 << 20).putInt(20, 1 << 20);

        assertRefused(
                png, "the picture: found 1048576 x 1048576 pixels, allowed: 1 to 16777216 in all");
    }

    @Test
    void otherKindsOfFilesAreRefused() {
        assertRefused(
                "GIF89a".getBytes(ISO_8859_1),
                "the picture: found a file of another kind, allowed: PNG, JPEG");
        assertRefused(new byte[0], "the picture: found a file of another kind, allowed: PNG, JPEG");
        assertRefused(
                "RIFF____WEBPVP8 ".getBytes(ISO_8859_1),
                "the picture: found a WEBP file, allowed: PNG, JPEG");
    }

    @Test
    void aJpegOfCountlessScansIsRefused() {
        byte[] jpeg = Goldens.bytes("gray.jpg");
        int length = jpeg.length;
        byte[] many = Arrays.copyOf(jpeg, length + 400);
        for (int i = length; i < many.length; i += 2) {
            many[i] = (byte) 0xff;
            many[i + 1] = (byte) 0xda;
        }

        assertThatThrownBy(() -> PictureFile.decode(many))
                .hasMessageMatching(
                        "the picture: found a JPEG file of 2\\d\\d scans, allowed: 100");
    }

    /** What a text or a colour profile unpacks to is nobody's business here. */
    @Test
    void whatIsNotPixelsIsPassedOver() {
        byte[] png = Goldens.bytes("few.png");
        byte[] profile = chunk("iCCP", "x\0\0 not even packed");
        byte[] text = chunk("zTXt", "x\0\0 nor this");
        byte[] with = new byte[png.length + profile.length + text.length];
        System.arraycopy(png, 0, with, 0, 33);
        System.arraycopy(profile, 0, with, 33, profile.length);
        System.arraycopy(text, 0, with, 33 + profile.length, text.length);
        System.arraycopy(png, 33, with, 33 + profile.length + text.length, png.length - 33);

        assertThat(PictureFile.decode(with)).isEqualTo(PictureFile.decode(png));
        assertThat(PictureKind.PNG.essence(with).file())
                .isEqualTo(PictureKind.PNG.essence(png).file());
    }

    private static byte[] chunk(String type, String content) {
        byte[] bytes = content.getBytes(ISO_8859_1);
        return ByteBuffer.allocate(bytes.length + 12)
                .putInt(bytes.length)
                .put(type.getBytes(ISO_8859_1))
                .put(bytes)
                .array();
    }

    /** Whatever is damaged: a sentence or a picture, nothing else. */
    @ParameterizedTest
    @ValueSource(strings = {"picture.png", "few-clear.png", "turned.png", "gray.jpg", "held-6.jpg"})
    void damagedFilesGetASentence(String name) {
        var random = new Random(1);
        byte[] whole = Goldens.bytes(name);
        int refused = 0;
        for (int trial = 0; trial < 300; trial++) {
            byte[] damaged = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
            for (int hits = random.nextInt(4); hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                PictureFile.decode(damaged);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("the picture: ");
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    private static void assertRefused(byte[] file, String sentence) {
        assertThatThrownBy(() -> PictureFile.decode(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
