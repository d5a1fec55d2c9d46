package huafang.engine.text;

import huafang.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
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

    private final Function<Chunk, Tensor> network;
    private final Emphasis emphasis;
    private final Embeddings embeddings;
    private final List<Integer> towers;
    private final Map<Words, Tensor> encoded = new HashMap<>();

    /** A chunk without its weights. */
    private record Words(List<Integer> ids, List<Embedding.Place> embeddings) {}

    /**
     * @param network from a chunk, its weights apart, to [1, 77, width]
     * @param embeddings words of one's own
     * @param towers widths of the text encoders whose vectors stand side by side; each keeps its
     *     own mean
     */
    public PromptEncoder(
            Function<Chunk, Tensor> network,
            Emphasis emphasis,
            Embeddings embeddings,
            List<Integer> towers) {
        this.network = network;
        this.emphasis = emphasis;
        this.embeddings = embeddings;
        this.towers = List.copyOf(towers);
    }

    /**
     * What a prompt says for a while, encoded.
     *
     * @param until the last call of the network that it holds for, counted from 0
     * @param context chunks side by side, [1, 77 · chunks, width]
     * @param first the first chunk
     */
    public record Stage(int until, Tensor context, Chunk first) {}

    /** The same for a picture that is painted in one pass. */
    public List<Stage> encode(String prompt, int steps) {
        return encode(prompt, new PromptTimes(steps, 0));
    }

    /**
     * Encodes one of the prompts that AND composes, or a negative prompt.
     *
     * <p>Agrees with AUTOMATIC1111 1.10: all stages have the chunks of the longest one, and share
     * the mean that {@link Emphasis#ORIGINAL} keeps.
     *
     * @param times of the picture
     * @return at least one stage
     * @throws IllegalArgumentException if it changes so often, and is so long, that its vectors
     *     would take too much memory
     */
    public List<Stage> encode(String prompt, PromptTimes times) {
        List<PromptStage> stages = PromptStage.parse(prompt, times);
        Map<String, List<Chunk>> chunks = new HashMap<>();
        int longest = 0;
        for (PromptStage stage : stages) {
            List<Chunk> its =
                    chunks.computeIfAbsent(
                            stage.text(), text -> Chunks.of(emphasis.read(text), embeddings));
            longest = Math.max(longest, its.size());
            requireFew(chunks.size() * longest);
        }
        for (List<Chunk> its : chunks.values()) {
            its.addAll(Collections.nCopies(longest - its.size(), Chunk.EMPTY));
        }
        List<float[]> restored = new ArrayList<>();
        for (int i = 0; i < longest; i++) {
            int at = i;
            restored.add(restored(stages.stream().map(stage -> chunks.get(stage.text()).get(at))));
        }
        Map<String, Tensor> contexts = new HashMap<>();
        chunks.forEach((text, its) -> contexts.put(text, context(its, restored)));
        return stages.stream()
                .map(stage ->
                        new Stage(
                                stage.until(),
                                contexts.get(stage.text()),
                                chunks.get(stage.text()).getFirst()))
                .toList();
    }

    /**
     * What brings the mean of weighted chunks back to what it was without weights, by channel: each
     * tower has a mean of its own.
     */
    private float[] restored(Stream<Chunk> chunks) {
        int width = towers.stream().mapToInt(Integer::intValue).sum();
        float[] factors = new float[width];
        Arrays.fill(factors, 1);
        if (emphasis != Emphasis.ORIGINAL) {
            return factors;
        }
        double[] before = new double[width];
        double[] after = new double[width];
        chunks.forEach(chunk -> {
            float[] vectors = vectors(chunk).data();
            for (int i = 0; i < vectors.length; i++) {
                before[i % width] += vectors[i];
                after[i % width] += chunk.weights().get(i / width) * vectors[i];
            }
        });
        int from = 0;
        for (int tower : towers) {
            int to = from + tower;
            double mean = Arrays.stream(before, from, to).sum();
            Arrays.fill(factors, from, to, (float) (mean / Arrays.stream(after, from, to).sum()));
            from = to;
        }
        return factors;
    }

    private Tensor context(List<Chunk> chunks, List<float[]> restored) {
        Tensor[] parts = new Tensor[chunks.size()];
        for (int i = 0; i < parts.length; i++) {
            float[] weighted = vectors(chunks.get(i)).data().clone();
            int width = restored.get(i).length;
            for (int j = 0; emphasis != Emphasis.IGNORE && j < weighted.length; j++) {
                weighted[j] *= chunks.get(i).weights().get(j / width) * restored.get(i)[j % width];
            }
            parts[i] = new Tensor(weighted, Chunk.LENGTH, width);
        }
        Tensor all = Tensor.concatenate(parts);
        return new Tensor(all.data(), 1, all.size(0), all.size(1));
    }

    private Tensor vectors(Chunk chunk) {
        return encoded.computeIfAbsent(
                new Words(chunk.ids(), chunk.embeddings()), words -> network.apply(chunk));
    }

    private static void requireFew(int chunks) {
        if (chunks > MOST_CHUNKS) {
            throw new IllegalArgumentException(
                    "the prompt: found %d or more chunks of 75 tokens over all steps, allowed: %d; change less, or a shorter prompt"
                            .formatted(chunks, MOST_CHUNKS));
        }
    }
}
