package huafang.engine.text;

import java.util.ArrayList;
import java.util.List;

/** A chunk while words are put into it. */
final class ChunkBuilder {
    static final int TOKENS = Chunk.LENGTH - 2;

    private final List<Integer> ids = new ArrayList<>();
    private final List<Float> weights = new ArrayList<>();
    private final List<Embedding.Place> embeddings = new ArrayList<>();

    int size() {
        return ids.size();
    }

    void add(int id, float weight) {
        ids.add(id);
        weights.add(weight);
    }

    void add(Embedding embedding, float weight) {
        // Its first token stands at 0; the chunk's start comes before that.
        embeddings.add(new Embedding.Place(size() + 1, embedding));
        for (int i = 0; i < embedding.length(); i++) {
            add(0, weight);
        }
    }

    /** Takes away what stands from here on. */
    ChunkBuilder splitAt(int at) {
        var rest = new ChunkBuilder();
        move(ids, at, rest.ids);
        move(weights, at, rest.weights);
        for (Embedding.Place place : embeddings) {
            if (place.at() > at) {
                rest.embeddings.add(new Embedding.Place(place.at() - at, place.embedding()));
            }
        }
        embeddings.removeIf(place -> place.at() > at);
        return rest;
    }

    private static <T> void move(List<T> from, int at, List<T> to) {
        List<T> tail = from.subList(at, from.size());
        to.addAll(tail);
        tail.clear();
    }

    /** Fills it up with ends. */
    Chunk finish() {
        while (size() < TOKENS) {
            add(ClipTokenizer.END, 1);
        }
        ids.addFirst(ClipTokenizer.START);
        weights.addFirst(1f);
        add(ClipTokenizer.END, 1);
        return new Chunk(ids, weights, embeddings);
    }
}
