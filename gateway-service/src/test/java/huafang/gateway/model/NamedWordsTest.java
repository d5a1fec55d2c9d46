package huafang.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedWordsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "style     | a house, style",
                "style     | in my_style",
                "style     | style2, sea",
                "style     | (STYLE:1.2)",
                "style     | the style's",
                "style     | mystyle",
                "bad-hands | Bad-Hands, fog",
                "bad-hands | bad - hands",
                "v1.5 neg  | (v1.5   neg)",
                "neg(2)    | neg\\(2\\)",
                "画风        | 我的画风, sea",
                "ＮＥＧ       | neg",
                "bob's     | bob's"
            })
    void findsWhatTheEngineFinds(String name, String prompt) {
        assertThat(new NamedWords("sea", prompt).mayName(name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"style | styles", "art | party", "bad-hands | bad, hands", "' ' | sea"})
    void passesOverWhatCannotBeMeant(String name, String prompt) {
        assertThat(new NamedWords("sea", prompt).mayName(name)).isFalse();
    }
}
