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

/**
 * Embeddings read from their files for one checkpoint. Those used last stay, so that pictures with
 * the same ones have the same objects, by which what was encoded with them is known again.
 */
public final class LoadedEmbeddings {
    /** Even the longest for XL take no more than 60 MB together. */
    private static final int MOST = 100;

    private final List<Integer> widths;
    private final SequencedMap<Path, Read> files = new LinkedHashMap<>(16, 0.75f, true);

    private record Read(FileTime time, Optional<Embedding> embedding) {}

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
        FileTime time;
        try {
            time = Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return EmbeddingFile.read(file, widths); // says why
        }
        Read known = files.get(file);
        if (known == null || !known.time.equals(time)) {
            known = new Read(time, EmbeddingFile.read(file, widths));
            files.put(file, known);
            if (files.size() > MOST) {
                files.pollFirstEntry();
            }
        }
        return known.embedding;
    }
}
