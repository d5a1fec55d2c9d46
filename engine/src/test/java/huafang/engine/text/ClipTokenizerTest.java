package huafang.engine.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ClipTokenizerTest {
    private final ClipTokenizer clip = ClipTokenizer.clip();

    /** Numbers from tools/golden/clip_tokens.py. */
    @TestFactory
    List<DynamicTest> givesTheIdsOfTheFastTokenizer() throws IOException {
        try (var file = ClipTokenizerTest.class.getResourceAsStream("tokens.tsv")) {
            var rows = new String(file.readAllBytes(), UTF_8).split("\n");
            assertThat(rows).hasSizeGreaterThan(300);
            return Arrays.stream(rows).map(this::row).toList();
        }
    }

    private DynamicTest row(String row) {
        int tab = row.indexOf('\t');
        String text = row.substring(tab + 1).translateEscapes();
        return DynamicTest.dynamicTest(
                "'" + text + "'", () -> assertThat(ids(text)).isEqualTo(row.substring(0, tab)));
    }

    private String ids(String text) {
        return Arrays.stream(clip.encode(text))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" "));
    }

    @Test
    void takesAnyStringOfUtf16() {
        assertThat(clip.encode("\ud800 lone \udc00")).isNotEmpty();
    }

    @Test
    void takesAWordOfAnyLengthInReasonableTime() {
        String word = "ab".repeat(200_000);
        int[] ids = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> clip.encode(word));
        assertThat(ids.length).isGreaterThan(1000);
    }
}
