package huafang.gateway.model;

import java.text.Normalizer;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds embeddings in prompts, at least all that the engine finds there. It compares tokens, and
 * those end where letters do: {@code style} stands in {@code my_style} and in {@code style2}, and
 * may stand in {@code mystyle}, but does not in {@code styles}.
 */
final class NamedWords {
    /** As tokens are cut: what is no letter stands by itself. */
    private static final Pattern PIECE = Pattern.compile("\\p{L}+|[^\\s\\p{L}]");

    private static final String BETWEEN = "[\\s\\\\]*+";

    /** Of endings such as {@code 's}, tokens of their own whatever follows. */
    private static final char APOSTROPHE = '\'';

    private final String text;

    NamedWords(String... prompts) {
        text = plain(String.join("\n", prompts));
    }

    boolean mayName(String embedding) {
        String name = plain(embedding);
        var pieces = new StringJoiner(BETWEEN);
        Matcher piece = PIECE.matcher(name);
        boolean isLetters = false;
        while (piece.find()) {
            pieces.add(Pattern.quote(piece.group()));
            isLetters = Character.isLetter(piece.group().codePointAt(0));
        }
        String end = isLetters && name.indexOf(APOSTROPHE) < 0 ? "(?!\\p{L})" : "";
        return pieces.length() > 0 && Pattern.compile(pieces + end).matcher(text).find();
    }

    private static String plain(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }
}
