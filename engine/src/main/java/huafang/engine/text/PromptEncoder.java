package huafang.engine.text;

import huafang.engine.tensor.Tensor;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Encodes the prompts of one picture; the same words are encoded once. */
public final class PromptEncoder {
    /** Chunks that the prompts of a picture may need over all its steps: 250 MB of vectors. */
    private static final int MOST_CHUNKS = 1024;

    private final Function<int[], Tensor> network;
    private final Emphasis emphasis;
    private final Map<List<Integer>, Tensor> encoded = new HashMap<>();

    /**
     * @param network from the ids of a chunk to [1, 77, width]
     */
    public PromptEncoder(Function<int[], Tensor> network, Emphasis emphasis) {
        this.network = network;
        this.emphasis = emphasis;
    }

    /**
     * What a prompt says for a while, encoded.
     *
     * @param until the last call of the network that it holds for, counted from 0
     * @param context chunks side by side, [1, 77 · chunks, width]
     * @param first the ids of the first chunk
     */
    public record Stage(int until, Tensor context, int[] first) {}

    /**
     * Encodes one of the prompts that AND composes, or a negative prompt.
     *
     * <p>Agrees with AUTOMATIC1111 1.10: all stages have the chunks of the longest one, and share
     * the mean that {@link Emphasis#ORIGINAL} keeps.
     *
     * @param steps of the picture
     * @return at least one stage
     * @throws IllegalArgumentException if it changes so often, and is so long, that its vectors
     *     would take too much memory
     */
    public List<Stage> encode(String prompt, int steps) {
        List<PromptStage> stages = PromptStage.parse(prompt, steps);
        Map<String, List<Chunk>> chunks = new HashMap<>();
        int longest = 0;
        for (PromptStage stage : stages) {
            List<Chunk> its =
                    chunks.computeIfAbsent(stage.text(), text -> Chunks.of(emphasis.read(text)));
            longest = Math.max(longest, its.size());
            requireFew(chunks.size() * longest);
        }
        for (List<Chunk> its : chunks.values()) {
            its.addAll(Collections.nCopies(longest - its.size(), Chunk.EMPTY));
        }
        float[] restored = new float[longest];
        for (int i = 0; i < longest; i++) {
            int at = i;
            restored[i] = restored(stages.stream().map(stage -> chunks.get(stage.text()).get(at)));
        }
        Map<String, Tensor> contexts = new HashMap<>();
        chunks.forEach((text, its) -> contexts.put(text, context(its, restored)));
        return stages.stream()
                .map(stage ->
                        new Stage(
                                stage.until(),
                                contexts.get(stage.text()),
                                chunks.get(stage.text()).getFirst().idArray()))
                .toList();
    }

    /** What brings the mean of weighted chunks back to what it was without weights. */
    private float restored(Stream<Chunk> chunks) {
        if (emphasis != Emphasis.ORIGINAL) {
            return 1;
        }
        double[] means = new double[2];
        chunks.forEach(chunk -> {
            Tensor vectors = vectors(chunk);
            int width = vectors.size(2);
            for (int i = 0; i < vectors.data().length; i++) {
                means[0] += vectors.data()[i];
                means[1] += chunk.weights().get(i / width) * vectors.data()[i];
            }
        });
        return (float) (means[0] / means[1]);
    }

    private Tensor context(List<Chunk> chunks, float[] restored) {
        Tensor[] parts = new Tensor[chunks.size()];
        for (int i = 0; i < parts.length; i++) {
            Tensor vectors = vectors(chunks.get(i));
            int width = vectors.size(2);
            float[] weighted = vectors.data().clone();
            for (int j = 0; emphasis != Emphasis.IGNORE && j < weighted.length; j++) {
                weighted[j] *= chunks.get(i).weights().get(j / width) * restored[i];
            }
            parts[i] = new Tensor(weighted, Chunk.LENGTH, width);
        }
        Tensor all = Tensor.concatenate(parts);
        return new Tensor(all.data(), 1, all.size(0), all.size(1));
    }

    private Tensor vectors(Chunk chunk) {
        return encoded.computeIfAbsent(chunk.ids(), ids -> network.apply(chunk.idArray()));
    }

    private static void requireFew(int chunks) {
        if (chunks > MOST_CHUNKS) {
            throw new IllegalArgumentException(
                    "the prompt: found %d or more chunks of 75 tokens over all steps, allowed: %d; change less, or a shorter prompt"
                            .formatted(chunks, MOST_CHUNKS));
        }
    }
}
