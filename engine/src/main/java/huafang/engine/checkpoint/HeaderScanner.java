package huafang.engine.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Reads strict JSON token by token from the bytes of a header. It never looks further than it must
 * and holds no more than one string at a time, whatever the file claims.
 */
final class HeaderScanner {
    /** Trained LoRAs describe their training in a few megabytes. */
    private static final int MOST_TEXT = 1 << 24;

    /** The lowest character that needs so many bytes of UTF-8. */
    private static final int[] FIRST_OF_LENGTH = {0, 0, 0x80, 0x800, 0x10000};

    private final String file;
    private final MemorySegment bytes;
    private long at;

    /** The string that is being read, and how much of it. */
    private char[] text = new char[256];

    private int length;
    private int textLeft = MOST_TEXT;

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

    /**
     * A string of at most so many UTF-16 characters, of which all strings together have a bound.
     */
    String string(String what, int longest) {
        skipSpace();
        if (at >= bytes.byteSize() || peek() != '"') {
            throw refusal(what + " in quotes", found());
        }
        at++;
        length = 0;
        while (at < bytes.byteSize() && peek() != '"') {
            if (peek() < 0x20) {
                throw refusal(what + " without control characters", found());
            }
            append(character(what));
            if (length > longest) {
                throw refusal(
                        "%s of at most %,d characters".formatted(what, longest), "a longer one");
            }
            if (length > textLeft) {
                throw refusal(
                        "names and metadata of at most %,d characters".formatted(MOST_TEXT),
                        "more");
            }
        }
        if (at >= bytes.byteSize()) {
            throw refusal("the end of " + what, "the header's end");
        }
        at++;
        textLeft -= length;
        return new String(text, 0, length);
    }

    private void append(int point) {
        if (length + 2 > text.length) {
            text = Arrays.copyOf(text, 2 * text.length);
        }
        length += Character.toChars(point, text, length);
    }

    /** Consumes one character: an escape, or one to four bytes of UTF-8. */
    private int character(String what) {
        int first = next(what);
        if (first == '\\') {
            return escaped(what);
        }
        if (first < 0x80) {
            return first;
        }
        // 110x xxxx, 1110 xxxx, 1111 0xxx: as many bytes as there are leading ones.
        int count = Integer.numberOfLeadingZeros(~(first << 24));
        int point = first & (0x7f >> count);
        for (int i = 1; i < count; i++) {
            if (at >= bytes.byteSize() || (peek() & 0xc0) != 0x80) {
                throw notUtf8(what);
            }
            point = point << 6 | next(what) & 0x3f;
        }
        if (count < 2 || count > 4 || point < FIRST_OF_LENGTH[count] || !isCharacter(point)) {
            throw notUtf8(what);
        }
        return point;
    }

    private CheckpointException notUtf8(String what) {
        return refusal(what + " in UTF-8", "bytes that are not UTF-8");
    }

    private int escaped(String what) {
        int letter = next(what);
        return switch (letter) {
            case '"', '\\', '/' -> letter;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> escapedPoint(what);
            default -> throw refusal(what + " with JSON's escapes", "another escape");
        };
    }

    private int escapedPoint(String what) {
        int point = unicodeUnit(what);
        if (Character.isHighSurrogate((char) point)
                && at + 1 < bytes.byteSize()
                && peek() == '\\'
                && bytes.get(ValueLayout.JAVA_BYTE, at + 1) == 'u') {
            at += 2;
            int low = unicodeUnit(what);
            point =
                    Character.isLowSurrogate((char) low)
                            ? Character.toCodePoint((char) point, (char) low)
                            : point;
        }
        if (!isCharacter(point)) {
            throw refusal(what + " with paired surrogates", "a surrogate alone");
        }
        return point;
    }

    private int unicodeUnit(String what) {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            if (at >= bytes.byteSize() || !HexFormat.isHexDigit(peek())) {
                throw refusal(what + " with four hexadecimal digits after \\u", "others");
            }
            unit = unit << 4 | HexFormat.fromHexDigit(next(what));
        }
        return unit;
    }

    private static boolean isCharacter(int point) {
        return Character.isValidCodePoint(point) && (point < 0xd800 || point >= 0xe000);
    }

    private int next(String what) {
        if (at >= bytes.byteSize()) {
            throw refusal("the end of " + what, "the header's end");
        }
        int next = peek();
        at++;
        return next;
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
