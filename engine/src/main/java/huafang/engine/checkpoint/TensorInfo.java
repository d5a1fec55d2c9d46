package huafang.engine.checkpoint;

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

    /** Bytes that it takes. */
    public long bytes() {
        return end - begin;
    }
}
