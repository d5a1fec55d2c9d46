package huafang.engine.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model's tensors under the names of Stable Diffusion's original layout, from whichever files
 * they come and whatever they are called there. Text towers bear transformers' names at the
 * original's places: {@code cond_stage_model.transformer}, or {@code
 * conditioner.embedders.N.transformer} in XL.
 *
 * <p>A VAE of its own takes the place of the one in the checkpoint.
 */
public final class Checkpoint implements AutoCloseable {
    static final String UNET = "model.diffusion_model.";
    static final String VAE = "first_stage_model.";

    private final Path path;
    private final List<Safetensors> files = new ArrayList<>();
    private final Map<String, Stored> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private record Stored(Safetensors file, String source, TensorInfo tensor) {}

    private Checkpoint(Path path) {
        this.path = path;
    }

    /**
     * Opens a safetensors file, or a folder in diffusers' layout.
     *
     * @throws CheckpointException if a file cannot be read, is of another type, or its header
     *     breaks a rule of the format
     */
    public static Checkpoint open(Path path) {
        return open(path, Optional.empty());
    }

    /**
     * The same with another VAE: a safetensors file that has one, in the original layout or in
     * diffusers'.
     */
    public static Checkpoint open(Path path, Optional<Path> vae) {
        var checkpoint = new Checkpoint(path);
        try {
            if (Files.isDirectory(path)) {
                checkpoint.addFolder(new DiffusersFolder(path));
            } else {
                Safetensors file = checkpoint.add(path);
                checkpoint.metadata.putAll(file.metadata());
                checkpoint.add(file, new OriginalNames());
                Parameterization.beside(path)
                        .ifPresent(stated -> checkpoint.metadata.put(Parameterization.KEY, stated));
            }
            if (vae.isPresent()) {
                checkpoint.replaceVae(vae.get());
            }
            return checkpoint;
        } catch (RuntimeException refused) {
            checkpoint.close();
            throw refused;
        }
    }

    /**
     * Opens a safetensors file with an upscaler, whose tensors then bear Real-ESRGAN's names.
     *
     * @throws CheckpointException likewise
     */
    public static Checkpoint openUpscaler(Path path) {
        var checkpoint = new Checkpoint(path);
        try {
            Safetensors file = checkpoint.add(path);
            checkpoint.add(file, UpscalerNames.of(file));
            return checkpoint;
        } catch (RuntimeException refused) {
            checkpoint.close();
            throw refused;
        }
    }

    /**
     * The files that are read of a folder in diffusers' layout, by their paths below it, with
     * {@code /}.
     *
     * @throws CheckpointException if one that every model has is missing
     */
    public static SortedMap<String, Path> filesOf(Path folder) {
        var files = new TreeMap<String, Path>();
        for (Path file : new DiffusersFolder(folder).files()) {
            String path = folder.relativize(file).toString();
            files.put(path.replace(file.getFileSystem().getSeparator(), "/"), file);
        }
        return files;
    }

    private void addFolder(DiffusersFolder folder) {
        for (var part : folder.parts()) {
            List<Safetensors> shards = part.files().stream().map(this::add).toList();
            var names = shards.stream().flatMap(file -> file.tensors().keySet().stream()).toList();
            Naming naming = part.naming(names);
            shards.forEach(file -> add(file, naming));
        }
        metadata.putAll(folder.metadata());
    }

    private void replaceVae(Path path) {
        Safetensors file = add(path);
        Naming naming = VaeNames.of(file);
        tensors.keySet().removeIf(name -> name.startsWith(VAE));
        add(file, naming);
    }

    private Safetensors add(Path path) {
        Safetensors file = Safetensors.open(path);
        files.add(file);
        return file;
    }

    private void add(Safetensors file, Naming naming) {
        for (TensorInfo tensor : file.tensors().values()) {
            for (TensorInfo named : naming.original(tensor)) {
                var stored = new Stored(file, tensor.name(), named);
                Stored twin = tensors.putIfAbsent(named.name(), stored);
                if (twin != null) {
                    throw new CheckpointException(
                            "%s: expected one tensor for \"%s\", found \"%s\" and \"%s\""
                                    .formatted(name(), named.name(), twin.source, stored.source));
                }
            }
        }
    }

    /** The file or folder that was opened. */
    public Path path() {
        return path;
    }

    /** Its name without folders, as messages show it. */
    public String name() {
        return String.valueOf(path.getFileName());
    }

    /** What the checkpoint says of itself by key; empty if nothing. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /** The tensors' names, in the files' order. */
    public Iterable<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** One tensor's description. */
    public Optional<TensorInfo> find(String name) {
        return Optional.ofNullable(tensors.get(name)).map(Stored::tensor);
    }

    /** What a tensor is called in its own file. */
    public Optional<String> source(String name) {
        return Optional.ofNullable(tensors.get(name)).map(Stored::source);
    }

    /** One tensor's bytes, little-endian and read-only, valid until this is closed. */
    public MemorySegment bytes(TensorInfo tensor) {
        return tensors.get(tensor.name()).file.bytes(tensor);
    }

    /** One tensor's numbers, see {@link Safetensors#floats}. */
    float[] floats(TensorInfo tensor) {
        return tensors.get(tensor.name()).file.floats(tensor);
    }

    /** Unmaps the files; segments taken from them must no longer be used. */
    @Override
    public void close() {
        files.forEach(Safetensors::close);
        files.clear();
    }
}
