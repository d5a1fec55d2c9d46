package huafang.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** The smallest picture that there is, one grey pixel, with a text in it. */
public final class Png {
    private Png() {}

    public static byte[] with(String keyword, String text) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(8).putLong(0x89504E470D0A1A0AL).array());
        chunk(bytes, "IHDR", new byte[] {0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0});
        chunk(bytes, "iTXt", (keyword + "\0\0\0\0\0" + text).getBytes(StandardCharsets.UTF_8));
        var deflater = new Deflater();
        deflater.setInput(new byte[] {0, 127});
        deflater.finish();
        byte[] pixels = new byte[32];
        int length = deflater.deflate(pixels);
        deflater.end();
        chunk(bytes, "IDAT", java.util.Arrays.copyOf(pixels, length));
        chunk(bytes, "IEND", new byte[0]);
        return bytes.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream bytes, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        var crc = new CRC32();
        crc.update(name);
        crc.update(data);
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        bytes.writeBytes(name);
        bytes.writeBytes(data);
        bytes.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
