package huafang.engine.adapter;

import huafang.engine.text.Embedding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiFunction;

/**
 * Embeddings read from their files for one checkpoint. Those used last stay, so that pictures with
 * the same ones have the same objects, by which what was encoded with them is known again.
 */
public final class LoadedEmbeddings {
    /** Even the longest for XL take no more than 60 MB together. */
    private static final int MOST = 100;

    private final List<Integer> widths;
    private final SequencedMap<Path, Read> files = new LinkedHashMap<>(16, 0.75f, true);
    private final SequencedMap<Path, Read> loras = new LinkedHashMap<>(16, 0.75f, true);

    private record Read(FileTime time, List<Embedding> embeddings) {}

    /**
     * @param widths of the checkpoint's text encoders
     */
    public LoadedEmbeddings(List<Integer> widths) {
        this.widths = List.copyOf(widths);
    }

    /** Of the checkpoint's text encoders. */
    List<Integer> widths() {
        return widths;
    }

    /**
     * Reads a file, unless it is known as it is now.
     *
     * @return empty if it was made for other widths
     * @throws huafang.engine.checkpoint.CheckpointException if it is damaged, no safetensors, or no
     *     embedding
     */
    synchronized Optional<Embedding> of(Path file) {
        return read(files, file, EmbeddingFile::read).stream().findFirst();
    }

    /**
     * Those of a LoRA's file, unless they were made for other widths.
     *
     * @throws huafang.engine.checkpoint.CheckpointException if it is damaged
     */
    synchronized List<Embedding> broughtBy(Path lora) {
        return read(loras, lora, EmbeddingFile::broughtBy);
    }

    private List<Embedding> read(
            SequencedMap<Path, Read> all,
            Path file,
            BiFunction<Path, List<Integer>, List<Embedding>> reader) {
        FileTime time;
        try {
            time = Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return reader.apply(file, widths); // says why
        }
        Read known = all.get(file);
        if (known == null || !known.time.equals(time)) {
            known = new Read(time, reader.apply(file, widths));
            all.put(file, known);
            if (all.size() > MOST) {
                all.pollFirstEntry();
            }
        }
        return known.embeddings;
    }
}
