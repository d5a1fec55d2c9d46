package huafang.engine.text;

import java.util.List;

/**
 * What a text encoder takes at once.
 *
 * @param ids {@value #LENGTH} token ids: start, 75 of the prompt filled up with ends, end
 * @param weights how much each counts
 * @param embeddings what stands in the place of some, whose ids then mean nothing
 */
public record Chunk(List<Integer> ids, List<Float> weights, List<Embedding.Place> embeddings) {
    /** Tokens of a chunk, with its start and its end. */
    public static final int LENGTH = 77;

    /** The chunk of no words. */
    public static final Chunk EMPTY = new ChunkBuilder().finish();

    public Chunk {
        ids = List.copyOf(ids);
        weights = List.copyOf(weights);
        embeddings = List.copyOf(embeddings);
    }

    /** The ids alone. */
    public int[] idArray() {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }
}
