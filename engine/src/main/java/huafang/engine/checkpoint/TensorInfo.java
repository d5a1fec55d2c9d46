package huafang.engine.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * One tensor of a checkpoint: its number format, its dimensions and where its bytes lie, counted
 * from the end of the header. The shape's product times the format's size is exactly {@code end -
 * begin}.
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long end) {
    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** The same bytes under another name. */
    TensorInfo named(String other) {
        return new TensorInfo(other, dtype, shape, begin, end);
    }

    /** The same numbers in another shape. */
    TensorInfo shaped(List<Long> other) {
        return new TensorInfo(name, dtype, other, begin, end);
    }

    /** Equal parts of the first dimension, which their number divides. */
    List<TensorInfo> split(List<String> names) {
        var parts = new ArrayList<TensorInfo>();
        var part = new ArrayList<>(shape);
        part.set(0, shape.getFirst() / names.size());
        long bytes = bytes() / names.size();
        for (String each : names) {
            long from = begin + parts.size() * bytes;
            parts.add(new TensorInfo(each, dtype, part, from, from + bytes));
        }
        return parts;
    }

    /** Bytes that it takes. */
    public long bytes() {
        return end - begin;
    }
}
