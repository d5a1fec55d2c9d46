package huafang.contracts.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptTagsTest {
    @ParameterizedTest
    @CsvSource({
        "a cat, ''",
        "a <lora:ink:0.8> cat<lyco:b>, 'ink b'",
        "'<lora:a name:1:te=2>', 'a name'",
        "'<hypernet:x:1> <lora:> <lora: 1 <2', ''",
        "'<<lora:ink:1>', ink"
    })
    void findsTheLorasOfAPrompt(String prompt, String names) {
        assertThat(String.join(" ", PromptTags.loras(prompt))).isEqualTo(names);
    }

    @Test
    void findsWhatItWrites() {
        assertThat(PromptTags.loras(PromptTags.lora("墨 ink", -0.5, null))).containsExactly("墨 ink");
        assertThat(PromptTags.lora("ink", 0.5, 0.25)).isEqualTo("<lora:ink:0.5:0.25>");
        assertThatThrownBy(() -> PromptTags.lora("ink", 1, 11.0)).hasMessageContaining("11");
        assertThatThrownBy(() -> PromptTags.lora("a>b", 1, null)).hasMessageContaining("a>b");
        assertThatThrownBy(() -> PromptTags.lora("a#b", 1, null)).hasMessageContaining("a#b");
        assertThatThrownBy(() -> PromptTags.lora("a", Double.NaN, null))
                .hasMessageContaining("weight");
    }
}
