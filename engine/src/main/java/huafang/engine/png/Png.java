package huafang.engine.png;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes PNG (ISO/IEC 15948): 8-bit RGB, each row as its difference to the row above, fast
 * compression.
 *
 * <p>Text that Latin-1 can hold goes into a tEXt chunk, all other into an uncompressed UTF-8 iTXt
 * chunk, as Pillow does. The same picture and text give the same bytes.
 */
public final class Png {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int CHANNELS = 3;
    private static final byte FILTER_UP = 2;

    private Png() {}

    /**
     * A picture as a file.
     *
     * @param rgb rows from the top, three bytes a pixel
     * @param text keywords (1 to 79 characters of Latin-1) to texts, written in the map's order
     * @throws IllegalArgumentException if the sizes disagree or a keyword cannot be one
     */
    public static byte[] encode(int width, int height, byte[] rgb, Map<String, String> text) {
        if (width < 1 || height < 1 || rgb.length != CHANNELS * width * height) {
            throw new IllegalArgumentException(
                    "a picture of %d x %d needs %d bytes, found %d"
                            .formatted(width, height, CHANNELS * width * height, rgb.length));
        }
        var file = new ByteArrayOutputStream(rgb.length / 2 + 1024);
        file.writeBytes(SIGNATURE);
        var header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put((byte) 8)
                .put((byte) 2); // bits a channel, colour type RGB; the standard's only methods;
        // no interlace
        chunk(file, "IHDR", header.array());
        text.forEach((keyword, value) -> textChunk(file, keyword, value));
        chunk(file, "IDAT", compress(filter(rgb, CHANNELS * width)));
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static void textChunk(ByteArrayOutputStream file, String keyword, String value) {
        if (keyword.isEmpty()
                || keyword.length() > 79
                || !ISO_8859_1.newEncoder().canEncode(keyword)) {
            throw new IllegalArgumentException(
                    "a PNG keyword has 1 to 79 characters of Latin-1, found '" + keyword + "'");
        }
        var data = new ByteArrayOutputStream();
        data.writeBytes(keyword.getBytes(ISO_8859_1));
        data.write(0);
        if (ISO_8859_1.newEncoder().canEncode(value)) {
            data.writeBytes(value.getBytes(ISO_8859_1));
            chunk(file, "tEXt", data.toByteArray());
        } else {
            data.writeBytes(
                    new byte[4]); // not compressed, no method, no language, no translated keyword
            data.writeBytes(value.getBytes(UTF_8));
            chunk(file, "iTXt", data.toByteArray());
        }
    }

    private static byte[] filter(byte[] rgb, int rowLength) {
        byte[] filtered = new byte[rgb.length + rgb.length / rowLength];
        int at = 0;
        for (int row = 0; row < rgb.length; row += rowLength) {
            filtered[at++] = FILTER_UP;
            for (int i = row; i < row + rowLength; i++) {
                filtered[at++] = (byte) (rgb[i] - (row == 0 ? 0 : rgb[i - rowLength]));
            }
        }
        return filtered;
    }

    private static byte[] compress(byte[] data) {
        var compressed = new ByteArrayOutputStream(data.length / 2 + 64);
        byte[] buffer = new byte[1 << 16];
        try (var deflater = new Deflater()) {
            deflater.setStrategy(
                    Deflater.HUFFMAN_ONLY); // no search: on painted grain it finds next to nothing
            deflater.setInput(data);
            deflater.finish();
            while (!deflater.finished()) {
                compressed.write(buffer, 0, deflater.deflate(buffer));
            }
        }
        return compressed.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
        byte[] name = type.getBytes(ISO_8859_1);
        var checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        file.writeBytes(name);
        file.writeBytes(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }
}
