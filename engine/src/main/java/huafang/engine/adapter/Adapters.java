package huafang.engine.adapter;

import huafang.engine.checkpoint.CheckpointException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is added to a checkpoint's weights for a picture, by the weights' names. Immutable. Two are
 * equal only if they are the same one: comparing their numbers would take too long.
 *
 * @param changes without those that change nothing; of Kronecker products by {@link KroneckerName}
 */
public record Adapters(Map<String, Change> changes) {
    /** Nothing is added. */
    public static final Adapters NONE = new Adapters(Map.of());

    /** What those of one picture may take. */
    private static final long MOST_BYTES = 4L << 30;

    public Adapters {
        changes = Map.copyOf(changes);
    }

    /**
     * up · down, in memory that the networks read in place; or up ⊗ down.
     *
     * @param up [out, rank], or the first factor, rank its columns
     * @param down [rank, in · k · k], or the second factor
     */
    public record Change(int rank, FloatBuffer up, FloatBuffer down) {
        /** A change of rank 1 that changes nothing. */
        public static Change none(int out, int columns) {
            return new Change(
                    1,
                    ChangeMemory.direct(new float[out]),
                    ChangeMemory.direct(new float[columns]));
        }
    }

    /** What they take. */
    public long bytes() {
        return changes.values().stream()
                .mapToLong(it -> (long) Float.BYTES * (it.up.capacity() + it.down.capacity()))
                .sum();
    }

    /**
     * Reads LoRAs and adds them up.
     *
     * @throws CheckpointException if one cannot be used with a checkpoint of these layers, with one
     *     sentence that says why
     */
    public static Adapters of(List<Lora> loras, LayerNames names) {
        return of(loras, names, MOST_BYTES);
    }

    static Adapters of(List<Lora> loras, LayerNames names, long mostBytes) {
        List<Opened> files = new ArrayList<>();
        try {
            for (Lora lora : loras) {
                files.add(new Opened(lora, LoraFile.open(lora.file(), names)));
            }
            return new Adapters(changes(files, new ChangeMemory(mostBytes)));
        } catch (OutOfMemoryError tooLittle) {
            throw new CheckpointException(
                    "%s: expected memory for what they change, found too little: %s"
                            .formatted(
                                    loras.stream()
                                            .map(lora -> lora.file().getFileName().toString())
                                            .collect(Collectors.joining(", ")),
                                    tooLittle.getMessage()),
                    tooLittle);
        } finally {
            files.forEach(opened -> opened.file.close());
        }
    }

    private record Opened(Lora lora, LoraFile file) {
        Optional<Difference> change(LayerNames.Layer layer) {
            if (!file.layers().contains(layer)) {
                return Optional.empty();
            }
            float factor = (float) (layer.unet() ? lora.unet() : lora.text());
            Difference change = file.change(layer);
            return factor == 0 ? Optional.empty() : Optional.of(change.scaled(factor));
        }
    }

    private static Map<String, Change> changes(List<Opened> files, ChangeMemory memory) {
        Set<LayerNames.Layer> layers = new LinkedHashSet<>();
        files.forEach(opened -> layers.addAll(opened.file.layers()));
        Map<String, Change> changes = new HashMap<>();
        for (LayerNames.Layer layer : layers) {
            LowRank sum = null;
            for (Opened opened : files) {
                switch (opened.change(layer).orElse(null)) {
                    case null -> {}
                    case LowRank change -> sum = sum == null ? change : sum.plus(change);
                    case KroneckerProduct change -> {
                        var name =
                                new KroneckerName(layer.weight(), change.rows(), change.width(), 0);
                        while (changes.containsKey(name.toString())) {
                            name = name.next();
                        }
                        changes.put(name.toString(), memory.of(change));
                    }
                }
            }
            if (sum != null) {
                changes.put(layer.weight(), memory.of(sum));
            }
        }
        return changes;
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
