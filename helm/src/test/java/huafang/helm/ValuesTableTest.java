package huafang.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** README's table of values is made from values.yaml: -Dvalues.table=write writes it anew. */
class ValuesTableTest {
    private static final Path README = Path.of("README.md");
    private static final Pattern TABLE =
            Pattern.compile("(?s)(<!-- values -->\n).*(<!-- end of values -->)");
    private static final Pattern KEY = Pattern.compile("( *)([A-Za-z0-9]+):(?: (.*))?");

    @Test
    void theTableIsThatOfTheValues() throws IOException {
        String readme = Files.readString(README);
        String right =
                TABLE.matcher(readme).replaceFirst("$1" + Matcher.quoteReplacement(table()) + "$2");
        if ("write".equals(System.getProperty("values.table"))) {
            Files.writeString(README, right);
        }

        assertThat(Files.readString(README)).isEqualTo(right);
    }

    private static String table() throws IOException {
        var table = new StringBuilder("| value | default | |\n|---|---|---|\n");
        Deque<String> path = new ArrayDeque<>();
        String comment = null;
        for (String line : Files.readAllLines(Chart.FOLDER.resolve("values.yaml"))) {
            Matcher key = KEY.matcher(line);
            if (line.strip().startsWith("# -- ")) {
                comment = line.strip().substring(5);
            } else if (key.matches()) {
                while (path.size() > key.group(1).length() / 2) {
                    path.removeLast();
                }
                path.addLast(key.group(2));
                if (comment != null) {
                    String value =
                            key.group(3) == null ? "see values.yaml" : "`" + key.group(3) + "`";
                    table.append(
                            "| `%s` | %s | %s |\n"
                                    .formatted(String.join(".", path), value, comment));
                    comment = null;
                }
            }
        }
        return table.toString();
    }
}
