package huafang.engine.text;

import huafang.engine.tensor.Tensor;
import java.util.List;

/**
 * A word of one's own, learnt by textual inversion: Gal et al., "An Image is Worth One Word", 2022.
 *
 * @param vectors what stands in the place of its tokens, by text encoder: each [n, width]
 */
public record Embedding(String name, List<Tensor> vectors) {
    public Embedding {
        vectors = List.copyOf(vectors);
    }

    /** How many tokens it takes. */
    public int length() {
        return vectors.getFirst().size(0);
    }

    /** Where one begins in a chunk. */
    public record Place(int at, Embedding embedding) {}
}
