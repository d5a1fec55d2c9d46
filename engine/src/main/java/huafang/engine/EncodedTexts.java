package huafang.engine;

import huafang.engine.tensor.Tensor;
import huafang.engine.text.Chunk;
import huafang.engine.text.Embedding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What a checkpoint's text encoders made of chunks: pictures tend to share prompts, negative ones
 * above all. The least recently used are forgotten.
 */
final class EncodedTexts {
    /** Some 280 chunks of Stable Diffusion 1.x, or 100 of XL. */
    private static final long MOST_BYTES = 64 << 20;

    private final long mostBytes;
    private final Map<Key, Tensor> texts = new LinkedHashMap<>(16, 0.75f, true);
    private final OneAtATime encoding = new OneAtATime();
    private long bytes;
    private int runs;

    EncodedTexts() {
        this(MOST_BYTES);
    }

    EncodedTexts(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * All that decides what a chunk is encoded to; its weights come later.
     *
     * @param clipSkip 0 for the prompt as one vector, which does not heed it
     */
    record Key(
            List<Integer> ids,
            List<Embedding.Place> embeddings,
            int clipSkip,
            LoadedAdapters.Key adapters) {
        Key(Chunk chunk, int clipSkip, LoadedAdapters.Key adapters) {
            this(chunk.ids(), chunk.embeddings(), clipSkip, adapters);
        }
    }

    /**
     * What is known, or else what the encoder says.
     *
     * @param wanted asked while another picture's are being encoded
     * @throws java.util.concurrent.CancellationException if it is not wanted any more
     */
    Tensor of(Key key, Supplier<Tensor> encoder, BooleanSupplier wanted) {
        return encoding.find(() -> known(key), () -> add(key, encoder.get()), wanted);
    }

    private synchronized Optional<Tensor> known(Key key) {
        return Optional.ofNullable(texts.get(key));
    }

    private synchronized Tensor add(Key key, Tensor encoded) {
        runs++;
        texts.put(key, encoded);
        bytes += bytes(encoded);
        var eldest = texts.values().iterator();
        while (bytes > mostBytes) {
            bytes -= bytes(eldest.next());
            eldest.remove();
        }
        return encoded;
    }

    private static long bytes(Tensor tensor) {
        return (long) Float.BYTES * tensor.data().length;
    }

    /** How often an encoder has answered. */
    synchronized int runs() {
        return runs;
    }
}
