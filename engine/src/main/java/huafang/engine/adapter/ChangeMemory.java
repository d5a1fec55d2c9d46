package huafang.engine.adapter;

import huafang.engine.checkpoint.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Memory for what adapters add, that networks read in place. The ones that stand beside whole
 * matrices are there once for each size.
 */
final class ChangeMemory {
    private final Map<Integer, FloatBuffer> ones = new HashMap<>();
    private final long mostBytes;
    private long bytes;

    ChangeMemory(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * @throws CheckpointException if all together take too much
     */
    Adapters.Change of(LowRank change) {
        return new Adapters.Change(
                change.rank(), of(change.up(), change.rank()), of(change.down(), change.rank()));
    }

    /**
     * @throws CheckpointException likewise
     */
    Adapters.Change of(KroneckerProduct change) {
        return new Adapters.Change(change.width(), counted(change.left()), counted(change.right()));
    }

    private FloatBuffer of(float[] matrix, int rank) {
        return LowRank.isOne(matrix, rank)
                ? ones.computeIfAbsent(rank, size -> counted(matrix))
                : counted(matrix);
    }

    private FloatBuffer counted(float[] matrix) {
        bytes += (long) Float.BYTES * matrix.length;
        if (bytes > mostBytes) {
            throw new CheckpointException(
                    "the LoRAs of a picture: expected changes of at most %,d bytes, found more"
                            .formatted(mostBytes));
        }
        return direct(matrix);
    }

    static FloatBuffer direct(float[] numbers) {
        FloatBuffer buffer =
                ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, numbers.length))
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
        return buffer.put(numbers).flip();
    }
}
