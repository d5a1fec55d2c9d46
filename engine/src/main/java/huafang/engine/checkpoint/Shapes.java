package huafang.engine.checkpoint;

import java.util.List;
import java.util.Optional;

/**
 * A place among a checkpoint's tensor names, from which their shapes are read; all but a few small
 * tensors stay unread.
 */
record Shapes(Checkpoint file, String prefix) {
    private static final long SMALL = 1 << 20;

    Shapes sub(String name) {
        return new Shapes(file, prefix + name + ".");
    }

    Shapes sub(int index) {
        return sub(Integer.toString(index));
    }

    /** Whether anything lies below this place. */
    boolean exists() {
        for (String name : file.names()) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    boolean has(String name) {
        return file.find(prefix + name).isPresent();
    }

    /** The numbers of a small tensor; none if it is missing, large, or in eight bits. */
    Optional<float[]> floats(String name) {
        return file.find(prefix + name)
                .filter(tensor -> tensor.bytes() <= SMALL && tensor.dtype().isFloat())
                .map(file::floats);
    }

    /** How many of the places 0, 1, 2, … have this tensor. */
    int count(String name) {
        int count = 0;
        while (sub(count).has(name)) {
            count++;
        }
        return count;
    }

    /** How many dimensions a tensor has, 0 if it is missing. */
    int rank(String name) {
        return file.find(prefix + name).map(tensor -> tensor.shape().size()).orElse(0);
    }

    /** One dimension of a tensor that must have so many. */
    int size(String name, int rank, int dimension) {
        List<Long> shape =
                file.find(prefix + name)
                        .orElseThrow(() -> refusal("a tensor \"" + prefix + name + "\"", "none"))
                        .shape();
        if (shape.size() != rank) {
            throw refusal(
                    "\"%s\" with %d dimensions".formatted(prefix + name, rank), shape.toString());
        }
        long size = shape.get(dimension);
        if (size < 1 || size > 1 << 20) {
            throw refusal(
                    "\"%s\" with sizes from 1 to 1048576".formatted(prefix + name),
                    shape.toString());
        }
        return (int) size;
    }

    /**
     * A width that normalisation or attention must be able to divide among so many groups or heads.
     */
    int divisible(int width, int parts, String partName) {
        if (width % parts != 0) {
            throw refusal(
                    "%s of a width that %d %s can share".formatted(prefix, parts, partName),
                    "" + width);
        }
        return width;
    }

    CheckpointException refusal(String expected, String found) {
        return new CheckpointException(
                "%s: expected %s, found %s".formatted(file.name(), expected, found));
    }
}
