package huafang.engine.text;

import static huafang.engine.text.ClipTokenizer.END;
import static huafang.engine.text.ClipTokenizer.START;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunksTest {
    private static final int COMMA = ClipTokenizer.clip().encode(",")[0];
    private static final int CAT = ClipTokenizer.clip().encode("cat")[0];
    private static final int DOG = ClipTokenizer.clip().encode("dog")[0];

    @Test
    void noWordsAreOneChunkOfEnds() {
        List<Chunk> chunks = of("");

        assertThat(chunks).containsExactly(Chunk.EMPTY);
        assertThat(Chunk.EMPTY.ids()).hasSize(77).startsWith(START, END).endsWith(END, END);
        assertThat(Chunk.EMPTY.weights()).hasSize(77).containsOnly(1f);
    }

    @Test
    void seventyFiveTokensFillOneChunk() {
        List<Chunk> chunks = of("cat ".repeat(75));

        assertThat(chunks).hasSize(1);
        assertThat(chunks.getFirst().ids()).startsWith(START, CAT).endsWith(CAT, END);
    }

    @Test
    void theNextTokenOpensASecondChunk() {
        List<Chunk> chunks = of("cat ".repeat(75) + "dog");

        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(0).ids()).endsWith(CAT, END);
        assertThat(chunks.get(1).ids()).startsWith(START, DOG, END);
    }

    @Test
    void breaksBehindTheLastCommaWithinTwentyTokens() {
        List<Chunk> chunks =
                of("cat ".repeat(50) + "," + "cat ".repeat(4) + "," + "dog ".repeat(24));

        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(0).ids().subList(55, 59)).containsExactly(CAT, COMMA, END, END);
        assertThat(chunks.get(1).ids().subList(0, 26))
                .startsWith(START, DOG)
                .endsWith(DOG, END)
                .filteredOn(id -> id == DOG)
                .hasSize(24);
    }

    @Test
    void aCommaFartherBackDoesNotCount() {
        List<Chunk> chunks = of("cat ".repeat(54) + "," + "dog ".repeat(25));

        assertThat(chunks.get(0).ids()).endsWith(DOG, END);
        assertThat(chunks.get(1).ids().subList(1, 7)).containsExactly(DOG, DOG, DOG, DOG, DOG, END);
    }

    @Test
    void aCommaThatWouldOpenTheNextChunkOpensIt() {
        List<Chunk> chunks = of("cat ".repeat(60) + "," + "cat ".repeat(14) + ", dog");

        assertThat(chunks.get(1).ids()).startsWith(START, COMMA, DOG, END);
    }

    @Test
    void breakEndsAChunkAlsoWhereNothingStandsInIt() {
        List<Chunk> chunks = of("BREAK cat BREAK BREAK dog BREAK");

        assertThat(chunks).hasSize(4);
        assertThat(chunks.get(0)).isEqualTo(Chunk.EMPTY);
        assertThat(chunks.get(1).ids()).startsWith(START, CAT, END);
        assertThat(chunks.get(2)).isEqualTo(Chunk.EMPTY);
        assertThat(chunks.get(3).ids()).startsWith(START, DOG, END);
    }

    @Test
    void weightsGoWithTheirTokensAcrossChunks() {
        List<Chunk> chunks =
                of("cat ".repeat(60) + ", (" + "dog ".repeat(10) + ":1.5)" + "cat ".repeat(20));

        assertThat(chunks.get(0).weights()).containsOnly(1f);
        List<Float> weights = chunks.get(1).weights();
        assertThat(weights.subList(0, 12)).startsWith(1f, 1.5f).endsWith(1.5f, 1f);
        assertThat(Collections.frequency(weights, 1.5f)).isEqualTo(10);
    }

    private static List<Chunk> of(String prompt) {
        return Chunks.of(WeightedText.parse(prompt));
    }
}
