package huafang.engine.text;

import java.util.List;

/**
 * A piece of a prompt and how much it counts.
 *
 * @param weight what its vectors are multiplied with; 1 changes nothing
 */
public record WeightedText(String text, double weight) {
    private static final String BREAK = "BREAK";

    /** What {@code BREAK} between two pieces is: the next piece begins a new chunk. */
    static final WeightedText NEW_CHUNK = new WeightedText(BREAK, -1);

    /**
     * Reads the brackets of a prompt: round ones weigh 1.1 or the number before the closing one,
     * square ones 1/1.1, a backslash takes a bracket's meaning away; what is not closed lasts to
     * the end, what was not opened is text.
     *
     * <p>Agrees with AUTOMATIC1111 1.10, also in that a BREAK inside weighted brackets is a word.
     * Takes time in proportion to the length, whatever the brackets.
     *
     * @return at least one piece; neighbours differ in weight
     */
    public static List<WeightedText> parse(String prompt) {
        return new Brackets(prompt).read();
    }

    /** The word {@code BREAK} where it stands by itself, with the space around it. */
    static int[] findBreak(String text, int from) {
        int[] word = Words.find(text, BREAK, from);
        if (word == null) {
            return null;
        }
        int begin = word[0];
        int end = word[1];
        while (begin > from && Words.isSpace(text.charAt(begin - 1))) {
            begin--;
        }
        while (end < text.length() && Words.isSpace(text.charAt(end))) {
            end++;
        }
        return new int[] {begin, end};
    }
}
