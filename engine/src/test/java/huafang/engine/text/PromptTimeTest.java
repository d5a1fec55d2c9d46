package huafang.engine.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Parsing takes time in proportion to a prompt's length, whatever its brackets: some parsers need
 * seconds for eight of them. Counted is the time that this thread computes, so that a busy machine
 * makes no difference, and the median of several runs.
 */
class PromptTimeTest {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int LENGTH = 10_000;
    private static final int STEPS = 150;
    private static final long MOST_NANOS = 50_000_000;
    private static final int WARM = 12;
    private static final int RUNS = 5;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "[",
                ")",
                "]",
                "()",
                "[]",
                "([",
                "(]",
                "[)",
                "((((((((a",
                "[[[[[[[[a",
                "[a|b]",
                "[a|b|c] cat, ",
                "[|",
                "[|]",
                "[a:b:0.5]",
                "[a:b:3] [c::7]",
                "[a:[b:[c:",
                ":0.5]",
                "(a:1.1)",
                "(a:",
                ":1.1)",
                ": ",
                ":               ",
                "(a:9999999999",
                "\\",
                "\\(",
                "\\\\",
                "a AND b ",
                " AND ",
                "AND",
                " BREAK ",
                "BREAK",
                "(a BREAK b:1.2)",
                "<lora:a:1>",
                "<",
                "<a:",
                "<a",
                "<lora:a:b=c=d:",
                "，（一只猫：1.2）",
                "😀[|",
                "cat, dog ",
                "a",
                " "
            })
    void anyTenThousandCharactersAreParsedInFiftyMilliseconds(String piece) {
        requireFast(piece.repeat(LENGTH).substring(0, LENGTH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(,)", "[,]", "[,|b]", "[,:b:0.5]", "[a:,:75]", "([,])", "[(,:1.2)|,]"})
    void soAreBracketsInsideEachOther(String pair) {
        String begin = pair.substring(0, pair.indexOf(','));
        String end = pair.substring(pair.indexOf(',') + 1);
        int depth = LENGTH / (begin.length() + end.length());
        requireFast(begin.repeat(depth) + end.repeat(depth));
    }

    /** Each is another text at every one of the steps. */
    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "cat, ", " BREAK ", "(a:1.1)", " "})
    void soIsWhatChangesAtEveryStep(String piece) {
        String changing = "[a|b][c|d|e][f|g|h|i|j][k|l|m|n|o|p|q] ";
        requireFast((changing + piece.repeat(LENGTH)).substring(0, LENGTH));
    }

    private static void requireFast(String prompt) {
        for (int i = 0; i < WARM; i++) {
            parse(prompt);
        }
        long[] nanos = LongStream.generate(() -> nanos(prompt)).limit(RUNS).sorted().toArray();
        System.err.println(
                "TIME "
                        + nanos[RUNS / 2] / 1000
                        + " us "
                        + prompt.substring(0, 20).replace("\n", " "));
        assertThat(nanos[RUNS / 2]).as(Arrays.toString(nanos)).isLessThan(MOST_NANOS);
    }

    private static long nanos(String prompt) {
        long begun = THREADS.getCurrentThreadCpuTime();
        parse(prompt);
        return THREADS.getCurrentThreadCpuTime() - begun;
    }

    /** All but the words' tokens: each text that it ever says is read once. */
    private static int parse(String prompt) {
        int pieces = 0;
        for (PromptPart part : PromptPart.parse(PromptTags.parse(prompt).prompt())) {
            Set<String> texts = new HashSet<>();
            for (PromptStage stage : PromptStage.parse(part.text(), STEPS)) {
                if (texts.add(stage.text())) {
                    pieces += WeightedText.parse(stage.text()).size();
                }
            }
        }
        return pieces;
    }
}
