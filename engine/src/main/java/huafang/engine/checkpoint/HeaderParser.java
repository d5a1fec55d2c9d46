package huafang.engine.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the JSON header of a safetensors file into its tensors, believing nothing: what it returns
 * lies inside the file, without overlap, hole or trailer.
 */
final class HeaderParser {
    private static final int MOST_TENSORS = 100_000;
    private static final int MOST_METADATA = 10_000;
    private static final int LONGEST_NAME = 1_024;
    private static final int HIGHEST_RANK = 8;

    private final String file;
    private final HeaderScanner in;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

    private HeaderParser(String file, MemorySegment header) {
        this.file = file;
        this.in = new HeaderScanner(file, header);
    }

    /**
     * @param header the JSON, without the eight bytes of its length
     * @param dataBytes how many bytes follow it in the file
     */
    static Header parse(String file, MemorySegment header, long dataBytes) {
        var parser = new HeaderParser(file, header);
        parser.entries();
        parser.checkLayout(dataBytes);
        return new Header(parser.metadata, parser.tensors);
    }

    private void entries() {
        boolean metadataSeen = false;
        in.expect('{');
        for (boolean more = !in.accept('}'); more; more = another('}')) {
            String name = in.string("a tensor's name", LONGEST_NAME);
            in.expect(':');
            if (name.equals("__metadata__")) {
                if (metadataSeen) {
                    throw in.refusal("one __metadata__", "a second one");
                }
                metadataSeen = true;
                readMetadata();
            } else {
                if (tensors.put(name, readTensor(name)) != null) {
                    throw in.refusal("every name once", "\"" + name + "\" again");
                }
                if (tensors.size() > MOST_TENSORS) {
                    throw in.refusal("at most %,d tensors".formatted(MOST_TENSORS), "more");
                }
            }
        }
        in.expectEnd();
    }

    private void readMetadata() {
        in.expect('{');
        for (boolean more = !in.accept('}'); more; more = another('}')) {
            String key = in.string("a metadata key", Integer.MAX_VALUE);
            in.expect(':');
            String value = in.string("metadata as text", Integer.MAX_VALUE);
            if (metadata.put(key, value) != null) {
                throw in.refusal("every metadata key once", "\"" + key + "\" again");
            }
            if (metadata.size() > MOST_METADATA) {
                throw in.refusal("at most %,d metadata keys".formatted(MOST_METADATA), "more");
            }
        }
    }

    private TensorInfo readTensor(String name) {
        DType dtype = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        in.expect('{');
        for (boolean more = !in.accept('}'); more; more = another('}')) {
            String key = in.string("a field's name", LONGEST_NAME);
            in.expect(':');
            boolean again =
                    switch (key) {
                        case "dtype" -> dtype != null;
                        case "shape" -> shape != null;
                        case "data_offsets" -> offsets != null;
                        default ->
                                throw in.refusal(
                                        "dtype, shape or data_offsets of \"" + name + "\"",
                                        "\"" + key + "\"");
                    };
            if (again) {
                throw in.refusal("every field of \"" + name + "\" once", key + " again");
            }
            switch (key) {
                case "dtype" -> dtype = readDType(name);
                case "shape" -> shape = integers("a dimension of \"" + name + "\"", HIGHEST_RANK);
                default -> offsets = integers("an offset of \"" + name + "\"", 2);
            }
        }
        if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
            throw in.refusal("dtype, shape and two data_offsets of \"" + name + "\"", "fewer");
        }
        return checked(new TensorInfo(name, dtype, shape, offsets.get(0), offsets.get(1)));
    }

    private DType readDType(String name) {
        String text = in.string("a dtype", LONGEST_NAME);
        for (DType dtype : DType.values()) {
            if (dtype.name().equals(text)) {
                return dtype;
            }
        }
        throw in.refusal(
                "a dtype among %s for \"%s\"".formatted(List.of(DType.values()), name),
                "\"" + text + "\"");
    }

    private List<Long> integers(String what, int most) {
        var values = new ArrayList<Long>();
        in.expect('[');
        for (boolean more = !in.accept(']'); more; more = another(']')) {
            if (values.size() == most) {
                throw in.refusal("%s among at most %d".formatted(what, most), "more");
            }
            values.add(in.integer(what));
        }
        return values;
    }

    private boolean another(char end) {
        if (in.accept(end)) {
            return false;
        }
        in.expect(',');
        return true;
    }

    private TensorInfo checked(TensorInfo tensor) {
        long needed = tensor.dtype().bytes();
        // A zero anywhere makes an empty tensor, whatever the other dimensions multiply to.
        if (tensor.shape().contains(0L)) {
            needed = 0;
        }
        try {
            for (long size : tensor.shape()) {
                needed = Math.multiplyExact(needed, size);
            }
        } catch (ArithmeticException overflow) {
            throw refusal(tensor, "a size below 2^63 bytes", "shape " + tensor.shape());
        }
        if (tensor.begin() > tensor.end()) {
            throw refusal(
                    tensor,
                    "data_offsets in order",
                    "[%d, %d]".formatted(tensor.begin(), tensor.end()));
        }
        if (tensor.bytes() != needed) {
            throw refusal(
                    tensor,
                    "%d bytes for %s %s".formatted(needed, tensor.dtype(), tensor.shape()),
                    tensor.bytes() + " bytes");
        }
        return tensor;
    }

    private void checkLayout(long dataBytes) {
        var sorted = new ArrayList<>(tensors.values());
        sorted.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
        long end = 0;
        for (TensorInfo tensor : sorted) {
            if (tensor.begin() != end) {
                throw refusal(
                        tensor,
                        "data at offset %d, where the tensor before it ends".formatted(end),
                        "offset %d (%s)"
                                .formatted(
                                        tensor.begin(),
                                        tensor.begin() < end ? "an overlap" : "a hole"));
            }
            end = tensor.end();
        }
        if (end > dataBytes) {
            throw new CheckpointException(
                    "%s is truncated: expected %d bytes of tensor data, found %d"
                            .formatted(file, end, dataBytes));
        }
        if (end < dataBytes) {
            throw new CheckpointException(
                    "%s: expected the file to end after %d bytes of tensor data, found %d more"
                            .formatted(file, end, dataBytes - end));
        }
    }

    private CheckpointException refusal(TensorInfo tensor, String expected, String found) {
        return new CheckpointException(
                "%s: tensor \"%s\": expected %s, found %s"
                        .formatted(file, tensor.name(), expected, found));
    }
}
