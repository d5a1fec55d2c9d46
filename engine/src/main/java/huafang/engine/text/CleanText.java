package huafang.engine.text;

import java.nio.charset.Charset;
import java.text.Normalizer;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is done to a text before it is divided into words: look-alikes become the plain letters and
 * signs that the vocabulary was made from, what cannot be seen goes.
 *
 * <p>Agrees with ftfy 6.3, which AUTOMATIC1111 has installed and its tokenizers call, but for two
 * repairs that guess: text that was decoded wrongly before it came here, and HTML entities, stay as
 * they are.
 */
final class CleanText {
    private static final Pattern TERMINAL_ESCAPE = Pattern.compile("\u001b\\[[\\d;]*[a-zA-Z]");

    private static final Map<Integer, String> LIGATURES =
            Map.ofEntries(
                    Map.entry(0x132, "IJ"),
                    Map.entry(0x133, "ij"),
                    Map.entry(0x149, "ʼn"),
                    Map.entry(0x1c4, "DŽ"),
                    Map.entry(0x1c5, "Dž"),
                    Map.entry(0x1c6, "dž"),
                    Map.entry(0x1c7, "LJ"),
                    Map.entry(0x1c8, "Lj"),
                    Map.entry(0x1c9, "lj"),
                    Map.entry(0x1ca, "NJ"),
                    Map.entry(0x1cb, "Nj"),
                    Map.entry(0x1cc, "nj"),
                    Map.entry(0x1f1, "DZ"),
                    Map.entry(0x1f2, "Dz"),
                    Map.entry(0x1f3, "dz"),
                    Map.entry(0xfb00, "ff"),
                    Map.entry(0xfb01, "fi"),
                    Map.entry(0xfb02, "fl"),
                    Map.entry(0xfb03, "ffi"),
                    Map.entry(0xfb04, "ffl"),
                    Map.entry(0xfb05, "ſt"),
                    Map.entry(0xfb06, "st"));

    private static final String WINDOWS_1252 = windows1252();

    /** Letters and signs between which a word goes on, beside those of the types below. */
    private static final String INSIDE_WORDS = "'.:^`¨·΄·՟״‘’․‧︓﹒﹕＇．：";

    private CleanText() {}

    /** The text in plain signs, composed (NFC). */
    static String of(String text) {
        String before;
        String after = text;
        do {
            before = after;
            var plain = new StringBuilder(before.length());
            // A line's end may be two letters.
            before.replace("\r\n", "\n").codePoints().forEach(c -> plain.append(plain(c)));
            String escaped = TERMINAL_ESCAPE.matcher(plain).replaceAll("");
            var seen = new StringBuilder(escaped.length());
            escaped.codePoints().filter(c -> !isControl(c)).forEach(seen::appendCodePoint);
            after = Normalizer.normalize(seen, Normalizer.Form.NFC);
        } while (!after.equals(before));
        return after;
    }

    private static String plain(int c) {
        if (c >= 0x80 && c < 0xa0) {
            int meant = WINDOWS_1252.charAt(c - 0x80);
            return meant == c ? unbroken(c) : plain(meant);
        }
        if (c == '\u3000' || c >= 0xff01 && c < 0xfff0) {
            return c == '\u3000'
                    ? " "
                    : Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKC);
        }
        String ligature = LIGATURES.get(c);
        if (ligature != null) {
            return ligature.replace('ʼ', '\'');
        }
        return switch (c) {
            case 'ʼ', '‘', '’', '‚', '‛' -> "'";
            case '“', '”', '„', '‟' -> "\"";
            default -> unbroken(c);
        };
    }

    private static String unbroken(int c) {
        return switch (c) {
            case '\r', '\u2028', '\u2029', '\u0085' -> "\n";
            default -> c >= 0xd800 && c < 0xe000 ? "\ufffd" : Character.toString(c);
        };
    }

    private static boolean isControl(int c) {
        return c < ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r'
                || c == 0x7f
                || c >= 0x206a && c < 0x2070
                || c == 0xfeff
                || c >= 0xfff9 && c < 0xfffd;
    }

    /** Bytes from 0x80 to 0x9f as Windows reads them; those that it does not know as they are. */
    private static String windows1252() {
        byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (0x80 + i);
        }
        char[] read = new String(bytes, Charset.forName("windows-1252")).toCharArray();
        for (int i = 0; i < read.length; i++) {
            if (read[i] == '\ufffd') {
                read[i] = (char) (0x80 + i);
            }
        }
        return new String(read);
    }

    /** Small letters as Python makes them: a capital sigma that ends a word becomes a final one. */
    static String lowerCase(String text) {
        int[] letters = text.codePoints().toArray();
        var lower = new StringBuilder(text.length());
        for (int i = 0; i < letters.length; i++) {
            if (letters[i] == 'Σ') {
                lower.append(follows(letters, i, -1) && !follows(letters, i, 1) ? 'ς' : 'σ');
            } else {
                lower.append(Character.toString(letters[i]).toLowerCase(java.util.Locale.ROOT));
            }
        }
        return lower.toString();
    }

    /** Whether a letter that has cases comes next, in this direction, marks passed over. */
    private static boolean follows(int[] letters, int from, int step) {
        int i = from + step;
        while (i >= 0 && i < letters.length && isInsideWords(letters[i])) {
            i += step;
        }
        return i >= 0 && i < letters.length && hasCase(letters[i]);
    }

    private static boolean hasCase(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }

    private static boolean isInsideWords(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.FORMAT,
                    Character.MODIFIER_LETTER,
                    Character.MODIFIER_SYMBOL ->
                    true;
            default -> INSIDE_WORDS.indexOf(c) >= 0;
        };
    }
}
