package huafang.engine.text;

/** Where capital words of the prompt language stand, and the numbers in it. */
final class Words {
    private Words() {}

    /**
     * The next place where a word stands by itself, neither letter, digit nor underscore on either
     * side; its begin and its end, or null.
     */
    static int[] find(String text, String word, int from) {
        for (int at = text.indexOf(word, from); at >= 0; at = text.indexOf(word, at + 1)) {
            int end = at + word.length();
            boolean begins = at == 0 || !isLetter(text.codePointBefore(at));
            boolean ends = end == text.length() || !isLetter(text.codePointAt(end));
            if (begins && ends) {
                return new int[] {at, end};
            }
        }
        return null;
    }

    static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }

    /** The first place from here on that is no space. */
    static int skipSpace(String text, int from) {
        int at = from;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    static boolean isLetter(int c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
