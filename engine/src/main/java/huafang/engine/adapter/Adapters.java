package huafang.engine.adapter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is added to a checkpoint's weights for a picture, by the weights' names. Immutable. Two are
 * equal only if they are the same one: comparing their numbers would take too long.
 *
 * @param changes without those that change nothing
 */
public record Adapters(Map<String, Change> changes) {
    /** Nothing is added. */
    public static final Adapters NONE = new Adapters(Map.of());

    public Adapters {
        changes = Map.copyOf(changes);
    }

    /**
     * up · down, in memory that the networks read in place.
     *
     * @param up [out, rank]
     * @param down [rank, in · k · k]
     */
    public record Change(int rank, FloatBuffer up, FloatBuffer down) {
        static Change of(LowRank change) {
            return new Change(change.rank(), direct(change.up()), direct(change.down()));
        }

        /** A change of rank 1 that changes nothing. */
        public static Change none(int out, int columns) {
            return new Change(1, direct(new float[out]), direct(new float[columns]));
        }

        private static FloatBuffer direct(float[] numbers) {
            FloatBuffer buffer =
                    ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, numbers.length))
                            .order(ByteOrder.nativeOrder())
                            .asFloatBuffer();
            return buffer.put(numbers).flip();
        }
    }

    /**
     * Reads LoRAs and adds them up.
     *
     * @throws huafang.engine.checkpoint.CheckpointException if one cannot be used with a checkpoint
     *     of these layers, with one sentence that says why
     */
    public static Adapters of(List<Lora> loras, LayerNames names) {
        Map<String, LowRank> sum = new HashMap<>();
        for (Lora lora : loras) {
            LoraFile.read(lora.file(), names)
                    .forEach((layer, change) -> {
                        double factor = layer.unet() ? lora.unet() : lora.text();
                        if (factor != 0) {
                            sum.merge(layer.weight(), change.scaled((float) factor), LowRank::plus);
                        }
                    });
        }
        Map<String, Change> changes = new HashMap<>();
        sum.forEach((weight, change) -> changes.put(weight, Change.of(change)));
        return new Adapters(changes);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
