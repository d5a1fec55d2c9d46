package huafang.engine.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    private final Embeddings embeddings;

    private Chunks(Embeddings embeddings) {
        this.embeddings = embeddings;
    }

    /** The chunks of a prompt's pieces, at least one. */
    public static List<Chunk> of(List<WeightedText> pieces) {
        return of(pieces, Embeddings.NONE);
    }

    /** The same with words of one's own. */
    public static List<Chunk> of(List<WeightedText> pieces, Embeddings embeddings) {
        var chunks = new Chunks(embeddings);
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
        int at = 0;
        while (at < ids.length) {
            makeRoom(ids[at]);
            if (ids[at] == COMMA) {
                comma = current.size();
            }
            Optional<Embeddings.Found> own = embeddings.find(ids, at);
            if (own.isEmpty()) {
                current.add(ids[at], weight);
                at++;
                continue;
            }
            Embedding embedding = own.get().embedding();
            if (current.size() + embedding.length() > ChunkBuilder.TOKENS) {
                next();
            }
            current.add(embedding, weight);
            at += own.get().tokens();
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
