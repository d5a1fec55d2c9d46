package huafang.engine.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One of the prompts that {@code AND} composes: Liu et al., "Compositional Visual Generation with
 * Composable Diffusion Models", 2022.
 *
 * @param weight how much of the way from the negative prompt to it is gone
 */
public record PromptPart(String text, double weight) {
    private static final String AND = "AND";
    private static final Pattern NUMBER = Pattern.compile("[+-]?(?:[0-9]++\\.?|[0-9]*+\\.[0-9]++)");

    /**
     * Divides a prompt at each {@code AND}; a colon and a number at the end of a part are its
     * weight, also where there is but one part. Agrees with AUTOMATIC1111 1.10.
     *
     * @return at least one part
     */
    public static List<PromptPart> parse(String prompt) {
        List<PromptPart> parts = new ArrayList<>();
        int from = 0;
        for (int[] found; (found = Words.find(prompt, AND, from)) != null; from = found[1]) {
            parts.add(weighted(prompt.substring(from, found[0])));
        }
        parts.add(weighted(prompt.substring(from)));
        return parts;
    }

    private static PromptPart weighted(String text) {
        String stripped = withoutSpaceAtEnd(text);
        int colon = stripped.lastIndexOf(':');
        if (colon >= 0) {
            String number = stripped.substring(Words.skipSpace(stripped, colon + 1));
            if (NUMBER.matcher(number).matches()) {
                return new PromptPart(
                        withoutSpaceAtEnd(stripped.substring(0, colon)),
                        Double.parseDouble(number));
            }
        }
        return new PromptPart(stripped, 1);
    }

    private static String withoutSpaceAtEnd(String text) {
        int end = text.length();
        while (end > 0 && Words.isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }
}
