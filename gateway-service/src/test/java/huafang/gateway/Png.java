package huafang.gateway;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/** Pictures. */
public final class Png {
    private Png() {}

    /** The smallest picture that there is, one grey pixel, with a text in it. */
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

    /** Of any size, as base64: red, half of it transparent if that is wanted. */
    public static String base64(int width, int height, boolean halfTransparent) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, halfTransparent && x < width / 2 ? 0 : 0xFFFF0000);
            }
        }
        var file = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(file.toByteArray());
    }

    /** The colours of a picture, 0xRRGGBB, in rows from the top. */
    public static BufferedImage read(byte[] png) {
        try {
            return ImageIO.read(new ByteArrayInputStream(png));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
