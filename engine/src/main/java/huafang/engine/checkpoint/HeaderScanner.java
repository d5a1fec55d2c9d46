package huafang.engine.checkpoint;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads strict JSON token by token from the bytes of a header. It never looks further than it must
 * and holds no more than one string at a time, whatever the file claims.
 */
final class HeaderScanner {
    private final String file;
    private final MemorySegment bytes;
    private long at;

    HeaderScanner(String file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    CheckpointException refusal(String expected, String found) {
        return new CheckpointException(
                "%s: expected %s in the header at byte %d, found %s"
                        .formatted(file, expected, at, found));
    }

    /** Consumes this character, spaces before it allowed. */
    void expect(char wanted) {
        if (!accept(wanted)) {
            throw refusal("'" + wanted + "'", found());
        }
    }

    /** Consumes this character if it is next, spaces before it allowed. */
    boolean accept(char wanted) {
        skipSpace();
        if (at < bytes.byteSize() && peek() == wanted) {
            at++;
            return true;
        }
        return false;
    }

    /** Only spaces may be left. */
    void expectEnd() {
        skipSpace();
        if (at < bytes.byteSize()) {
            throw refusal("nothing more", found());
        }
    }

    /** A number that is exactly a non-negative integer below 2^63. */
    long integer(String what) {
        skipSpace();
        long start = at;
        long value = 0;
        while (at < bytes.byteSize() && peek() >= '0' && peek() <= '9') {
            if (at > start && value == 0) {
                throw refusal(what + " without leading zeros", found());
            }
            try {
                value = Math.addExact(Math.multiplyExact(value, 10L), peek() - '0');
            } catch (ArithmeticException tooLarge) {
                throw refusal(what + " below 2^63", "a larger number");
            }
            at++;
        }
        boolean fraction = at < bytes.byteSize() && ".eE".indexOf(peek()) >= 0;
        if (at == start || fraction) {
            throw refusal(what + " as a non-negative integer", found());
        }
        return value;
    }

    /** A string of at most so many UTF-16 characters. */
    String string(String what, int longest) {
        skipSpace();
        if (at >= bytes.byteSize() || peek() != '"') {
            throw refusal(what + " in quotes", found());
        }
        at++;
        long start = at;
        boolean escaped = false;
        while (at < bytes.byteSize() && peek() != '"') {
            if (peek() < 0x20) {
                throw refusal(what + " without control characters", found());
            }
            // Six bytes (an escape) is the most that one character takes.
            if (at - start > 6L * longest) {
                throw tooLong(what, longest);
            }
            if (peek() == '\\') {
                escaped = true;
                at++;
            }
            at++;
        }
        if (at >= bytes.byteSize()) {
            throw refusal("the end of " + what, "the header's end");
        }
        byte[] raw = bytes.asSlice(start, at - start).toArray(ValueLayout.JAVA_BYTE);
        String text = decode(what, escaped ? unescape(what, raw) : ByteBuffer.wrap(raw));
        if (text.length() > longest) {
            throw tooLong(what, longest);
        }
        at++;
        return text;
    }

    private CheckpointException tooLong(String what, int longest) {
        return refusal("%s of at most %,d characters".formatted(what, longest), "a longer one");
    }

    private String decode(String what, ByteBuffer utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException malformed) {
            throw refusal(what + " in UTF-8", "bytes that are not UTF-8");
        }
    }

    private ByteBuffer unescape(String what, byte[] raw) {
        var out = new ByteArrayOutputStream(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '\\') {
                out.write(raw[i]);
                continue;
            }
            i++;
            switch (raw[i]) {
                case '"', '\\', '/' -> out.write(raw[i]);
                case 'b' -> out.write('\b');
                case 'f' -> out.write('\f');
                case 'n' -> out.write('\n');
                case 'r' -> out.write('\r');
                case 't' -> out.write('\t');
                case 'u' -> {
                    int unit = unicodeUnit(what, raw, i);
                    i += 4;
                    int point = unit;
                    if (Character.isHighSurrogate((char) unit)
                            && i + 2 < raw.length
                            && raw[i + 1] == '\\'
                            && raw[i + 2] == 'u') {
                        point =
                                Character.toCodePoint(
                                        (char) unit, (char) unicodeUnit(what, raw, i + 2));
                        i += 6;
                    }
                    if (!Character.isValidCodePoint(point) || (point >= 0xd800 && point < 0xe000)) {
                        throw refusal(what + " with paired surrogates", "a surrogate alone");
                    }
                    out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
                }
                default -> throw refusal(what + " with JSON's escapes", "another escape");
            }
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private int unicodeUnit(String what, byte[] raw, int u) {
        int unit = 0;
        for (int i = u + 1; i <= u + 4; i++) {
            int digit = i < raw.length ? Character.digit(raw[i], 16) : -1;
            if (digit < 0) {
                throw refusal(what + " with four hexadecimal digits after \\u", "others");
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    private void skipSpace() {
        while (at < bytes.byteSize() && " \t\n\r".indexOf(peek()) >= 0) {
            at++;
        }
    }

    private int peek() {
        return bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff;
    }

    private String found() {
        if (at >= bytes.byteSize()) {
            return "the header's end";
        }
        int next = peek();
        return next > 0x20 && next < 0x7f ? "'" + (char) next + "'" : "byte 0x%02x".formatted(next);
    }
}
