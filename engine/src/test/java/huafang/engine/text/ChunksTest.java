package huafang.engine.text;

import static huafang.engine.text.ClipTokenizer.END;
import static huafang.engine.text.ClipTokenizer.START;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunksTest {
    private static final int COMMA = ClipTokenizer.clip().encode(",")[0];

    @Test
    void noWordsAreOneChunkOfEnds() {
        int[][] chunks = Chunks.of(new int[0]);

        assertThat(chunks).hasDimensions(1, 77);
        assertThat(chunks[0][0]).isEqualTo(START);
        assertThat(Arrays.stream(chunks[0]).skip(1)).hasSize(76).containsOnly(END);
    }

    @Test
    void seventyFiveTokensFillOneChunk() {
        int[][] chunks = Chunks.of(tokens(75));

        assertThat(chunks).hasDimensions(1, 77);
        assertThat(chunks[0]).startsWith(START, 1000, 1001).endsWith(1074, END);
    }

    @Test
    void theNextTokenOpensASecondChunk() {
        int[][] chunks = Chunks.of(tokens(76));

        assertThat(chunks).hasDimensions(2, 77);
        assertThat(chunks[0]).endsWith(1074, END);
        assertThat(chunks[1]).startsWith(START, 1075, END);
    }

    @Test
    void breaksBehindTheLastCommaWithinTwentyTokens() {
        int[] ids = tokens(80);
        ids[50] = COMMA;
        ids[55] = COMMA;

        int[][] chunks = Chunks.of(ids);

        assertThat(chunks[0][56]).isEqualTo(COMMA);
        assertThat(chunks[0][57]).isEqualTo(END);
        assertThat(chunks[1]).startsWith(START, 1056, 1057);
    }

    @Test
    void aCommaFartherBackDoesNotCount() {
        int[] ids = tokens(80);
        ids[54] = COMMA;

        assertThat(Chunks.of(ids)[1]).startsWith(START, 1075, 1076);
    }

    @Test
    void aCommaThatWouldOpenTheNextChunkOpensIt() {
        int[] ids = tokens(80);
        ids[60] = COMMA;
        ids[75] = COMMA;

        assertThat(Chunks.of(ids)[1]).startsWith(START, COMMA, 1076);
    }

    @Test
    void losesNoToken() {
        int[] ids = IntStream.range(0, 1000).map(i -> i % 17 == 0 ? COMMA : 1000 + i).toArray();

        int[] kept =
                Arrays.stream(Chunks.of(ids))
                        .flatMapToInt(Arrays::stream)
                        .filter(id -> id < START)
                        .toArray();

        assertThat(kept).isEqualTo(ids);
    }

    private static int[] tokens(int count) {
        return IntStream.range(1000, 1000 + count).toArray();
    }
}
