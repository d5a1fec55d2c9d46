package huafang.contracts.infotext;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads the text chunks of a PNG (PNG specification, third edition, 11.3.3). */
public final class PngText {
    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int LARGEST_TEXT = 4 << 20;

    private PngText() {}

    /**
     * The texts of a PNG by keyword, in the file's order: tEXt, zTXt and iTXt chunks.
     *
     * @throws IllegalArgumentException if the bytes are no PNG, or a chunk is broken
     */
    public static Map<String, String> read(byte[] png) {
        ByteBuffer bytes = ByteBuffer.wrap(png);
        if (png.length < 8 || bytes.getLong() != SIGNATURE) {
            throw new IllegalArgumentException(
                    "image: found %d bytes that do not begin as a PNG does".formatted(png.length));
        }
        Map<String, String> texts = new LinkedHashMap<>();
        while (bytes.remaining() >= 12) {
            int length = bytes.getInt();
            byte[] type = new byte[4];
            bytes.get(type);
            if (length < 0 || length > bytes.remaining() - 4) {
                throw new IllegalArgumentException(
                        "image: found a PNG chunk of %d bytes where %d are left"
                                .formatted(Integer.toUnsignedLong(length), bytes.remaining() - 4));
            }
            ByteBuffer data = bytes.slice(bytes.position(), length);
            switch (new String(type, StandardCharsets.ISO_8859_1)) {
                case "tEXt" -> texts.put(word(data), rest(data, StandardCharsets.ISO_8859_1));
                case "zTXt" -> {
                    String keyword = word(data);
                    skip(data, 1);
                    texts.put(keyword, new String(inflate(data), StandardCharsets.ISO_8859_1));
                }
                case "iTXt" -> international(data, texts);
                default -> {}
            }
            bytes.position(bytes.position() + length + 4);
        }
        return texts;
    }

    private static void international(ByteBuffer data, Map<String, String> texts) {
        String keyword = word(data);
        boolean compressed = data.remaining() >= 2 && data.get(data.position()) == 1;
        skip(data, 2);
        word(data); // the language
        word(data); // the keyword in that language
        texts.put(
                keyword,
                compressed
                        ? new String(inflate(data), StandardCharsets.UTF_8)
                        : rest(data, StandardCharsets.UTF_8));
    }

    private static String word(ByteBuffer data) {
        int start = data.position();
        while (data.hasRemaining()) {
            if (data.get() == 0) {
                ByteBuffer word = data.slice(start, data.position() - 1 - start);
                return StandardCharsets.UTF_8.decode(word).toString();
            }
        }
        throw new IllegalArgumentException(
                "image: found a PNG text chunk without its keyword's end");
    }

    private static void skip(ByteBuffer data, int bytes) {
        if (data.remaining() < bytes) {
            throw new IllegalArgumentException("image: found a PNG text chunk that ends too early");
        }
        data.position(data.position() + bytes);
    }

    private static String rest(ByteBuffer data, Charset charset) {
        return charset.decode(data).toString();
    }

    private static byte[] inflate(ByteBuffer data) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(data);
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            byte[] part = new byte[8192];
            int length;
            while ((length = inflater.inflate(part)) > 0) {
                text.write(part, 0, length);
                if (text.size() > LARGEST_TEXT) {
                    throw new IllegalArgumentException(
                            "image: found a PNG text of over %d bytes".formatted(LARGEST_TEXT));
                }
            }
            return text.toByteArray();
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("image: found a PNG text that is not deflated", e);
        } finally {
            inflater.end();
        }
    }
}
