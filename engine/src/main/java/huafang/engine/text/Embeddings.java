package huafang.engine.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The embeddings that prompts may name. A name is found wherever its tokens stand, so an unknown
 * one cannot be told from words: it is read as such. Agrees with AUTOMATIC1111 1.10.
 */
public final class Embeddings {
    /** There are none. */
    public static final Embeddings NONE = new Embeddings(Map.of());

    private final Map<Integer, List<Name>> byFirstToken = new HashMap<>();

    private record Name(int[] ids, Supplier<Optional<Embedding>> embedding) {}

    /** An embedding, and how many tokens of the prompt it stands for. */
    record Found(int tokens, Embedding embedding) {}

    /**
     * @param byName each is asked for when a prompt has its name; empty where it is of no use to
     *     the checkpoint, and so a word like others
     */
    public Embeddings(Map<String, Supplier<Optional<Embedding>>> byName) {
        byName.forEach((name, embedding) -> {
            int[] ids = ClipTokenizer.clip().encode(name);
            if (ids.length > 0) {
                byFirstToken
                        .computeIfAbsent(ids[0], first -> new ArrayList<>())
                        .add(new Name(ids, embedding));
            }
        });
        // The longest name first.
        byFirstToken
                .values()
                .forEach(names ->
                        names.sort(Comparator.comparingInt((Name name) -> -name.ids.length)));
    }

    /** The embedding whose name begins at a token. */
    Optional<Found> find(int[] ids, int at) {
        for (Name name : byFirstToken.getOrDefault(ids[at], List.of())) {
            int end = at + name.ids.length;
            if (end <= ids.length && Arrays.equals(ids, at, end, name.ids, 0, name.ids.length)) {
                Optional<Embedding> embedding = name.embedding.get();
                if (embedding.isPresent()) {
                    return Optional.of(new Found(name.ids.length, embedding.get()));
                }
            }
        }
        return Optional.empty();
    }
}
