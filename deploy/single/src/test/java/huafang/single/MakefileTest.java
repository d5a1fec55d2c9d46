package huafang.single;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user writes in ARGS reaches the program as a shell would have handed it over. */
@Timeout(60)
class MakefileTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final String ARGS =
            """
            --prompt 'a cat & a dog, $(5 $x `id` # 100%; "quoted"' --negative "it's \\"bad\\" 画坊" \
            --out a\\ b.png --empty '' * $(shell touch evil) -x\
            """;

    // Through a file: Java would recode an argument to the locale of the tests.
    private static final String MAKE = "exec make -s -f \"$1\" words ARGS=\"$(cat \"$2\")\"";

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8", "POSIX"})
    void quotesAndForeignLettersArriveIntact(String locale) throws Exception {
        assertThat(words(ARGS, locale))
                .containsExactly(
                        "--prompt",
                        "a cat & a dog, $(5 $x `id` # 100%; \"quoted\"",
                        "--negative",
                        "it's \"bad\" 画坊",
                        "--out",
                        "a b.png",
                        "--empty",
                        "",
                        "*",
                        "$(shell",
                        "touch",
                        "evil)",
                        "-x");
        assertThat(ROOT.resolve("evil")).doesNotExist();
    }

    /** The words as a target of the real Makefile gets them. */
    private List<String> words(String args, String locale) throws Exception {
        var makefile = folder.resolve("Makefile");
        Files.writeString(
                makefile,
                """
                include Makefile
                words:
                \t@. deploy/words.bash && split_words "$$HUAFANG_ARGS" && printf '%s\\0' "$${WORDS[@]}"
                """);
        var given = Files.writeString(folder.resolve("args"), args);
        var out = folder.resolve("out");
        var builder =
                new ProcessBuilder("sh", "-c", MAKE, "sh", makefile.toString(), given.toString())
                        .directory(ROOT.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(out.toFile());
        builder.environment().put("LC_ALL", locale);
        var make = builder.start();
        assertThat(make.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(make.exitValue()).isZero();
        return List.of(Files.readString(out, StandardCharsets.UTF_8).split("\0", -1))
                .subList(0, 13);
    }
}
