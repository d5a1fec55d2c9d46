package huafang.engine.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Divides a prompt of any length into sequences of 77 tokens: start, 75 of the prompt filled up
 * with ends, end.
 *
 * <p>Agrees with AUTOMATIC1111 1.10: where a chunk would break within 20 tokens after a comma, it
 * breaks behind that comma instead. No prompt is one chunk without words.
 */
public final class Chunks {
    /** Tokens of a sequence, with its start and its end. */
    public static final int LENGTH = 77;

    private static final int TOKENS = LENGTH - 2;
    private static final int COMMA = 267;
    private static final int BACKTRACK = 20;

    private Chunks() {}

    /** The sequences of a prompt's token ids, at least one: [n][77]. */
    public static int[][] of(int[] ids) {
        List<int[]> chunks = new ArrayList<>();
        int begin = 0;
        while (ids.length - begin > TOKENS) {
            int end = breakAt(ids, begin);
            chunks.add(sequence(ids, begin, end));
            begin = end;
        }
        chunks.add(sequence(ids, begin, ids.length));
        return chunks.toArray(int[][]::new);
    }

    /** Where the chunk that begins at {@code begin} ends, when more than it can hold follows. */
    private static int breakAt(int[] ids, int begin) {
        int full = begin + TOKENS;
        if (ids[full] == COMMA) {
            return full;
        }
        for (int i = full - 1; i >= Math.max(begin, full - BACKTRACK); i--) {
            if (ids[i] == COMMA) {
                return i + 1;
            }
        }
        return full;
    }

    private static int[] sequence(int[] ids, int begin, int end) {
        int[] sequence = new int[LENGTH];
        Arrays.fill(sequence, ClipTokenizer.END);
        sequence[0] = ClipTokenizer.START;
        System.arraycopy(ids, begin, sequence, 1, end - begin);
        return sequence;
    }
}
