package huafang.contracts.generation;

import java.util.ArrayList;
import java.util.List;

/** What prompts ask for in angle brackets, as in {@code <lora:name:0.8>}. */
public final class PromptTags {
    private PromptTags() {}

    /** The names of a prompt's LoRAs, in its order. */
    public static List<String> loras(String prompt) {
        List<String> names = new ArrayList<>();
        for (int open = prompt.indexOf('<'); open >= 0; open = prompt.indexOf('<', open + 1)) {
            int close = prompt.indexOf('>', open);
            if (close < 0) {
                break; // no tag ends any more
            }
            for (String kind : List.of("lora:", "lyco:")) {
                if (prompt.startsWith(kind, open + 1) && close > open + 1 + kind.length()) {
                    String values = prompt.substring(open + 1 + kind.length(), close);
                    names.add(values.split(":", 2)[0]);
                    open = close;
                    break;
                }
            }
        }
        return names;
    }

    /**
     * The tag of a LoRA.
     *
     * @param weight in the text encoders, and in the U-Net where that has none of its own
     * @param unetWeight in the U-Net, or null
     * @throws InvalidParameterException if it cannot be called so in a tag, or the weight is no
     *     number that can be used
     */
    public static String lora(String name, double weight, Double unetWeight) {
        if (name.isBlank() || name.chars().anyMatch(c -> "<>:=#\n".indexOf(c) >= 0)) {
            throw new InvalidParameterException("loras", name, "a name without any of < > : = #");
        }
        requireWeight(weight);
        if (unetWeight == null) {
            return "<lora:%s:%s>".formatted(name, weight);
        }
        requireWeight(unetWeight);
        return "<lora:%s:%s:%s>".formatted(name, weight, unetWeight);
    }

    private static void requireWeight(double weight) {
        if (!(Math.abs(weight) <= 10)) {
            throw new InvalidParameterException("loras", weight, "a weight from -10 to 10");
        }
    }
}
