package huafang.contracts.infotext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class PngTextTest {
    private static byte[] png(String type, byte[] data) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var png = new DataOutputStream(bytes);
        png.writeLong(0x89504E470D0A1A0AL);
        png.writeInt(data.length);
        png.write(type.getBytes(StandardCharsets.ISO_8859_1));
        png.write(data);
        png.writeInt(0);
        return bytes.toByteArray();
    }

    private static byte[] deflated(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(bytes)) {
            deflater.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] joined(String head, byte[] tail) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(head.getBytes(StandardCharsets.UTF_8));
        bytes.write(tail);
        return bytes.toByteArray();
    }

    @Test
    void readsLatinText() throws IOException {
        byte[] data = "parameters\0caf\u00e9".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(PngText.read(png("tEXt", data))).containsEntry("parameters", "café");
    }

    @Test
    void readsInternationalTextPlainAndCompressed() throws IOException {
        byte[] plain = "parameters\0\0\0zh\0\0红房子".getBytes(StandardCharsets.UTF_8);
        assertThat(PngText.read(png("iTXt", plain))).containsEntry("parameters", "红房子");

        byte[] compressed = joined("parameters\0\1\0\0\0", deflated("红房子"));
        assertThat(PngText.read(png("iTXt", compressed))).containsEntry("parameters", "红房子");
    }

    @Test
    void readsCompressedText() throws IOException {
        assertThat(PngText.read(png("zTXt", joined("k\0\0", deflated("value")))))
                .containsEntry("k", "value");
    }

    @Test
    void refusesWhatIsNoPng() {
        assertThatThrownBy(() -> PngText.read("GIF89a, not a PNG".getBytes(StandardCharsets.UTF_8)))
                .hasMessage("image: found 17 bytes that do not begin as a PNG does");
    }

    @Test
    void refusesAChunkThatIsLongerThanTheFile() throws IOException {
        byte[] png = png("tEXt", "k\0v".getBytes(StandardCharsets.UTF_8));
        png[8] = 0x7f;
        assertThatThrownBy(() -> PngText.read(png)).hasMessageContaining("where 3 are left");
    }

    @Test
    void refusesATextThatInflatesWithoutEnd() throws IOException {
        byte[] bomb = joined("k\0\0", deflated("x".repeat(5 << 20)));
        assertThatThrownBy(() -> PngText.read(png("zTXt", bomb)))
                .hasMessageContaining("over 4194304 bytes");
    }
}
