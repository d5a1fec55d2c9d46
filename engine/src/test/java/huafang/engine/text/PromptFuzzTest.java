package huafang.engine.text;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.Fuzz;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Prompts of up to 10,000 characters, made of what their language has a meaning for. */
class PromptFuzzTest {
    private static final String[] PIECES = {
        "(",
        ")",
        "[",
        "]",
        ":",
        "|",
        "\\",
        "\\(",
        "<",
        ">",
        "<lora:a:1>",
        "<lora:",
        "1.1",
        ":1.3)",
        ":0.5]",
        "-1",
        "1e9",
        "9".repeat(60),
        " AND ",
        "AND",
        " BREAK ",
        "BREAK",
        ",",
        " ",
        "\n",
        "a",
        "cat",
        "一只猫",
        "，",
        "（",
        "😀",
        "\ud800",
        "\u0000",
        "<|endoftext|>",
        "[a:b:2]",
        "[a|b]",
        "(((",
        "]]]",
        "[::",
        "::",
        "__",
        "{"
    };

    @Test
    void noPromptDoesHarm() throws InterruptedException {
        Fuzz.run(
                250,
                PromptFuzzTest::prompt,
                prompt -> {
                    String text = PromptTags.parse(prompt).prompt();
                    for (PromptPart part : PromptPart.parse(text)) {
                        for (PromptStage stage : PromptStage.parse(part.text(), 20)) {
                            assertThat(Chunks.of(WeightedText.parse(stage.text()))).isNotEmpty();
                        }
                    }
                });
    }

    private static String prompt(SplittableRandom random) {
        var prompt = new StringBuilder();
        int length = random.nextInt(1, random.nextInt(2, 10_000));
        String[] some = new String[random.nextInt(1, 9)];
        for (int i = 0; i < some.length; i++) {
            some[i] = Fuzz.one(random, PIECES);
        }
        while (prompt.length() < length) {
            prompt.append(Fuzz.one(random, some));
        }
        return prompt.substring(0, length);
    }
}
