package huafang.engine.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a prompt asks for in angle brackets, as in {@code <lora:name:0.8>}, and the prompt without.
 * Agrees with AUTOMATIC1111 1.10.
 *
 * @param prompt without tags
 */
public record PromptTags(String prompt, List<Tag> tags) {

    /**
     * One tag.
     *
     * @param kind as in {@code lora}
     * @param values those between colons, without names
     * @param named those written {@code name=value}
     */
    public record Tag(String kind, List<String> values, Map<String, String> named) {
        private static Tag parse(String kind, String text) {
            List<String> values = new ArrayList<>();
            Map<String, String> named = new LinkedHashMap<>();
            for (String value : text.split(":", -1)) {
                int equals = value.indexOf('=');
                if (equals >= 0) {
                    named.put(value.substring(0, equals), value.substring(equals + 1));
                } else {
                    values.add(value);
                }
            }
            return new Tag(kind, values, named);
        }

        /** The value in a place, if there is one. */
        public Optional<String> value(int place) {
            return place < values.size() ? Optional.of(values.get(place)) : Optional.empty();
        }
    }

    /** Takes the tags out of a prompt. */
    public static PromptTags parse(String prompt) {
        var rest = new StringBuilder();
        List<Tag> tags = new ArrayList<>();
        int from = 0;
        for (int open = prompt.indexOf('<'); open >= 0; open = prompt.indexOf('<', open + 1)) {
            int colon = open + 1;
            while (colon < prompt.length() && Words.isLetter(prompt.codePointAt(colon))) {
                colon += Character.charCount(prompt.codePointAt(colon));
            }
            if (colon == open + 1 || colon == prompt.length() || prompt.charAt(colon) != ':') {
                continue;
            }
            int close = prompt.indexOf('>', colon);
            if (close < 0) {
                break; // no tag ends any more
            }
            if (close > colon + 1) {
                rest.append(prompt, from, open);
                tags.add(
                        Tag.parse(
                                prompt.substring(open + 1, colon),
                                prompt.substring(colon + 1, close)));
                from = close + 1;
                open = close;
            }
        }
        return new PromptTags(rest.append(prompt.substring(from)).toString(), tags);
    }
}
