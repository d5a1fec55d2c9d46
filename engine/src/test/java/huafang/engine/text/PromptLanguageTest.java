package huafang.engine.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts beside what they mean, in prompts.tsv, written by hand from the language's rules. */
class PromptLanguageTest {
    private record Row(String rule, String prompt, String meaning) {}

    static Stream<Row> rows() {
        try (var file = PromptLanguageTest.class.getResourceAsStream("prompts.tsv")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .map(cells -> new Row(cells[0], unescaped(cells[1]), unescaped(cells[2])));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String unescaped(String cell) {
        return cell.replace("␤", "\n").replace("␣", " ");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void promptsMeanWhatTheTableSays(Row row) {
        assertThat(
                        switch (row.rule) {
                            case "weights" -> weights(row.prompt);
                            case "parts" -> parts(row.prompt);
                            case "comments" -> PromptComments.without(row.prompt);
                            default -> stages(row.prompt, Integer.parseInt(row.rule));
                        })
                .isEqualTo(row.meaning);
    }

    private static String weights(String prompt) {
        return WeightedText.parse(prompt).stream()
                .filter(piece -> !piece.text().isEmpty())
                .map(piece -> "%s{%.4g}".formatted(piece.text(), piece.weight()))
                .collect(Collectors.joining());
    }

    private static String parts(String prompt) {
        return PromptPart.parse(prompt).stream()
                .map(part -> "%s{%s}".formatted(part.text(), part.weight()))
                .collect(Collectors.joining());
    }

    private static String stages(String prompt, int steps) {
        return PromptStage.parse(prompt, steps).stream()
                .map(stage -> "%d{%s}".formatted(stage.until(), stage.text()))
                .collect(Collectors.joining());
    }

    /** Whatever the brackets: an answer, of no more pieces than characters. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "[",
                ")",
                "]",
                ":",
                "|",
                "\\",
                "([",
                "[(",
                "(a",
                "[a",
                "(a:",
                "[a:",
                "[a|",
                "[a:b:",
                "(a:1.1",
                "[a:b:1",
                "[a:b:1]",
                "[a|b]",
                "([)]",
                "[]",
                "()",
                ": ",
                ":1",
                ":  1.1 ",
                "BREAK ",
                "BREAKBREAK",
                "a AND ",
                "AND",
                "(:1)",
                "[[a:b:3]:c:5]",
                "[a:(b:1.2):5",
                "((a)[b]:1",
                "\\(",
                "a\n",
                "(((a|b)))"
            })
    void anyBracketsHaveAMeaning(String part) {
        for (String prompt :
                List.of(
                        part.repeat(10_000 / part.length()),
                        part.repeat(5_000 / part.length()) + "]".repeat(5_000),
                        part.repeat(5_000 / part.length()) + ":1.1)".repeat(1_000))) {
            assertThat(WeightedText.parse(prompt)).hasSizeBetween(1, prompt.length());
            assertThat(PromptPart.parse(prompt)).hasSizeBetween(1, prompt.length());
            List<PromptStage> stages = PromptStage.parse(prompt, 150);
            assertThat(stages).hasSizeBetween(1, 150);
            assertThat(stages.getLast().until()).isEqualTo(150);
            assertThat(stages).allMatch(stage -> stage.text().length() <= prompt.length());
        }
    }

    @Test
    void randomBracketsHaveAMeaning() {
        String alphabet = "()[]:|\\ab,1.5 \nAND BREAK 猫";
        var random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            String prompt =
                    random.ints(random.nextInt(60), 0, alphabet.length())
                            .mapToObj(c -> alphabet.substring(c, c + 1))
                            .collect(Collectors.joining());
            for (PromptPart part : PromptPart.parse(prompt)) {
                for (PromptStage stage : PromptStage.parse(part.text(), 7)) {
                    assertThat(Chunks.of(WeightedText.parse(stage.text()))).isNotEmpty();
                }
            }
        }
    }

    @Test
    void bracketsOfAnyDepthCostNoStack() {
        int depth = 200_000;
        String deep = "(".repeat(depth) + "[a:b:0.5]" + ")".repeat(depth);

        assertThat(PromptStage.parse(deep, 10)).hasSize(2);
        assertThat(WeightedText.parse(deep)).hasSize(1);
    }
}
