package huafang.engine.graph;

import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * One length of a shape: a number, or the name of one that only the run knows.
 *
 * @param size the number, or −1
 * @param name the name, or the number in digits
 */
public record Dim(long size, String name) {
    private static final long UNKNOWN = -1;

    public static Dim of(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("negative dimension " + size);
        }
        return new Dim(size, Long.toString(size));
    }

    public static Dim named(String name) {
        return new Dim(UNKNOWN, name);
    }

    static List<Dim> list(long... sizes) {
        return java.util.Arrays.stream(sizes).mapToObj(Dim::of).toList();
    }

    public boolean known() {
        return size != UNKNOWN;
    }

    /**
     * The length that an operation makes of this one; the pattern words it for an unknown length.
     */
    public Dim map(String pattern, LongUnaryOperator operation) {
        return known() ? of(operation.applyAsLong(size)) : named(pattern.formatted(name));
    }

    public Dim times(Dim other) {
        return known() && other.known() ? of(size * other.size) : named(name + "*" + other.name);
    }

    Dim plus(Dim other) {
        return known() && other.known() ? of(size + other.size) : named(name + "+" + other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
