package huafang.engine.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ClipTokenizerTest {
    private final ClipTokenizer clip = ClipTokenizer.clip();

    /** Numbers from tools/golden/clip_tokens.py. */
    @TestFactory
    List<DynamicTest> givesTheIdsOfAutomatic1111() throws IOException {
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

    /** 10,000 texts and, for each hundred, a digest of their ids: tools/golden/clip_tokens.py. */
    @Test
    void givesTheSameIdsForTenThousandTexts() throws Exception {
        String[] texts = texts();
        String[] digests = read("strings.sha").split("\n");
        assertThat(texts).hasSize(10_000);
        var wrong = new ArrayList<Integer>();
        for (int i = 0; i < digests.length; i++) {
            var lines = new StringBuilder();
            for (String text : Arrays.copyOfRange(texts, 100 * i, 100 * (i + 1))) {
                lines.append(ids(text)).append('\n');
            }
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(lines.toString().getBytes(UTF_8));
            if (!HexFormat.of().formatHex(digest, 0, 8).equals(digests[i])) {
                wrong.add(i);
            }
        }
        assertThat(wrong).as("hundreds with other ids").isEmpty();
    }

    private static String[] texts() throws IOException {
        try (var file =
                new GZIPInputStream(ClipTokenizerTest.class.getResourceAsStream("strings.gz"))) {
            String[] texts = new String(file.readAllBytes(), UTF_8).split("\0", -1);
            return Arrays.copyOf(texts, texts.length - 1);
        }
    }

    private static String read(String name) throws IOException {
        try (var file = ClipTokenizerTest.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), UTF_8);
        }
    }

    @Test
    void chineseSignsAreTheOnesOfTheVocabulary() {
        assertThat(clip.encode("一只猫，红房子（夜晚）“画”")).isEqualTo(clip.encode("一只猫,红房子(夜晚)\"画\""));
    }

    @Test
    void halfACharacterIsTheSignForOneThatIsUnknown() {
        assertThat(clip.encode("\ud800 lone \udc00")).isEqualTo(clip.encode("\ufffd lone \ufffd"));
    }

    @Test
    void takesAWordOfAnyLengthInReasonableTime() {
        String word = "ab".repeat(200_000);
        int[] ids = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> clip.encode(word));
        assertThat(ids.length).isGreaterThan(1000);
    }
}
