package huafang.engine.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Divides a prompt of any length into chunks of 75 tokens.
 *
 * <p>Agrees with AUTOMATIC1111 1.10: where a chunk would break within 20 tokens after a comma, it
 * breaks behind that comma instead; {@code BREAK} ends a chunk. No prompt is one chunk without
 * words.
 */
public final class Chunks {
    private static final int COMMA = 267;
    private static final int BACKTRACK = 20;
    private static final int NONE = -1;

    private final List<Chunk> done = new ArrayList<>();
    private ChunkBuilder current = new ChunkBuilder();
    private int comma = NONE;

    private Chunks() {}

    /** The chunks of a prompt's pieces, at least one. */
    public static List<Chunk> of(List<WeightedText> pieces) {
        var chunks = new Chunks();
        for (WeightedText piece : pieces) {
            if (piece.equals(WeightedText.NEW_CHUNK)) {
                chunks.next();
            } else {
                chunks.add(ClipTokenizer.clip().encode(piece.text()), (float) piece.weight());
            }
        }
        if (chunks.current.size() > 0 || chunks.done.isEmpty()) {
            chunks.next();
        }
        return chunks.done;
    }

    private void add(int[] ids, float weight) {
        for (int id : ids) {
            makeRoom(id);
            if (id == COMMA) {
                comma = current.size();
            }
            current.add(id, weight);
        }
    }

    private void makeRoom(int id) {
        if (current.size() < ChunkBuilder.TOKENS) {
            return;
        }
        if (id != COMMA && comma != NONE && current.size() - comma <= BACKTRACK) {
            ChunkBuilder moved = current.splitAt(comma + 1);
            next();
            current = moved;
        } else {
            next();
        }
    }

    private void next() {
        done.add(current.finish());
        current = new ChunkBuilder();
        comma = NONE;
    }
}
