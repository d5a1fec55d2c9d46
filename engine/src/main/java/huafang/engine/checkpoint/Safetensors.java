package huafang.engine.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/**
 * A safetensors file, mapped: eight bytes with the header's length, the header in JSON, then the
 * tensors' bytes. Opening it checks all that can be checked without reading the numbers; files of
 * any size map in constant memory. A file that is overwritten in place while it is open takes the
 * process down with it: publish files by renaming.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format</a>
 */
public final class Safetensors implements AutoCloseable {
    /** What the refusal of a pickle tells people to do. */
    public static final String CONVERSION = FileKind.RECIPE;

    private static final int LENGTH_BYTES = 8;
    private static final long LONGEST_HEADER = 100_000_000;
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path path;
    private final Arena arena;
    private final MemorySegment data;
    private final Header header;

    private Safetensors(Path path, Arena arena, MemorySegment file) {
        this.path = path;
        this.arena = arena;
        long headerBytes = headerBytes(name(path), file);
        long dataStart = LENGTH_BYTES + headerBytes;
        this.data = file.asSlice(dataStart);
        this.header =
                HeaderParser.parse(
                        name(path), file.asSlice(LENGTH_BYTES, headerBytes), data.byteSize());
    }

    /**
     * Maps and checks a file.
     *
     * @throws CheckpointException if it cannot be read, is of another type, or its header breaks a
     *     rule of the format
     */
    public static Safetensors open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new CheckpointException(
                    "%s: expected a safetensors file, found %s"
                            .formatted(
                                    name(path),
                                    Files.exists(path) ? "no regular file" : "nothing"));
        }
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new Safetensors(
                    path,
                    arena,
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException unreadable) {
            arena.close();
            throw new CheckpointException(
                    "%s cannot be read: %s".formatted(name(path), unreadable.getMessage()),
                    unreadable);
        } catch (RuntimeException refused) {
            arena.close();
            throw refused;
        }
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** The file's name without folders, as messages show it. */
    public String name() {
        return name(path);
    }

    /** The header's free text by key; empty if it has none. Not checked beyond being text. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** The tensors by name, in the header's order. */
    public Map<String, TensorInfo> tensors() {
        return header.tensors();
    }

    /** One tensor's description. */
    public Optional<TensorInfo> find(String name) {
        return Optional.ofNullable(header.tensors().get(name));
    }

    /** One tensor's bytes, little-endian and read-only, valid until this is closed. */
    public MemorySegment bytes(TensorInfo tensor) {
        return data.asSlice(tensor.begin(), tensor.bytes());
    }

    /**
     * One tensor's numbers.
     *
     * @throws CheckpointException if it is not in one of F32, F16, BF16, or has more numbers than
     *     an array can hold
     */
    public float[] floats(TensorInfo tensor) {
        if (!tensor.dtype().isFloat() || tensor.bytes() > Integer.MAX_VALUE) {
            throw new CheckpointException(
                    "%s: expected \"%s\" as one of F32, F16, BF16, found %s of shape %s"
                            .formatted(name(), tensor.name(), tensor.dtype(), tensor.shape()));
        }
        MemorySegment bytes = bytes(tensor);
        float[] numbers = new float[(int) (tensor.bytes() / tensor.dtype().bytes())];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] =
                    switch (tensor.dtype()) {
                        case F16 -> Float.float16ToFloat(bytes.get(SHORT, 2L * i));
                        case BF16 -> Float.intBitsToFloat(bytes.get(SHORT, 2L * i) << 16);
                        default -> bytes.get(FLOAT, 4L * i);
                    };
        }
        return numbers;
    }

    /** Unmaps the file; segments taken from it must no longer be used. */
    @Override
    public void close() {
        arena.close();
    }

    private static long headerBytes(String name, MemorySegment file) {
        long fileBytes = file.byteSize();
        byte[] start = file.asSlice(0, Math.min(fileBytes, 16)).toArray(ValueLayout.JAVA_BYTE);
        // The header's first character decides: a length alone can look like any magic number.
        boolean headerBegins = start.length > LENGTH_BYTES && start[LENGTH_BYTES] == '{';
        String kind = FileKind.describe(start);
        if (!headerBegins && kind != null) {
            throw new CheckpointException(
                    "%s: expected a safetensors file, found %s".formatted(name, kind));
        }
        if (fileBytes < LENGTH_BYTES) {
            throw new CheckpointException(
                    "%s: expected a safetensors file of at least %d bytes, found %d"
                            .formatted(name, LENGTH_BYTES, fileBytes));
        }
        long length =
                file.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
        if (Long.compareUnsigned(length, LONGEST_HEADER) > 0) {
            throw new CheckpointException(
                    "%s: expected a safetensors header of at most %,d bytes, found a length of %s"
                            .formatted(name, LONGEST_HEADER, Long.toUnsignedString(length)));
        }
        if (length > fileBytes - LENGTH_BYTES) {
            throw new CheckpointException(
                    "%s is truncated: expected a header of %d bytes, found %d bytes after its length"
                            .formatted(name, length, fileBytes - LENGTH_BYTES));
        }
        return length;
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
