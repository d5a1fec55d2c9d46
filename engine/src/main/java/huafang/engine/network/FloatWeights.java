package huafang.engine.network;

import huafang.engine.graph.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of a network that computes in floats, where the file holds half as many bits. All
 * processors convert them; the runtime would do it with one, and copy every weight twice on the
 * way.
 */
final class FloatWeights implements AutoCloseable {
    private static final ValueLayout.OfShort STORED =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int AT_ONCE = 1 << 12;
    private static final long PIECE = 1 << 20;
    private static final long ALIGNMENT = 64;

    private final Arena arena = Arena.ofShared();
    private final Map<String, MemorySegment> converted = new HashMap<>();
    private int users = 1;

    /** Converts those that are stored in another format than they are computed with. */
    FloatWeights(Collection<Value.Weight> weights) {
        List<Value.Weight> halves =
                weights.stream().filter(weight -> weight.stored() != weight.type()).toList();
        MemorySegment memory = memory(halves.stream().mapToLong(FloatWeights::room).sum(), arena);
        List<Piece> pieces = new ArrayList<>();
        long place = 0;
        for (Value.Weight weight : halves) {
            MemorySegment floats = memory.asSlice(place, count(weight) * Float.BYTES);
            converted.put(weight.name(), floats);
            for (long from = 0; from < count(weight); from += PIECE) {
                long to = Math.min(count(weight), from + PIECE);
                pieces.add(new Piece(weight, from, to, floats));
            }
            place += room(weight);
        }
        pieces.parallelStream().forEach(Piece::convert);
    }

    /** The same for another network, whatever becomes of the first. */
    synchronized FloatWeights shared() {
        users++;
        return this;
    }

    /** Whether all that these need is converted. */
    boolean hold(Collection<Value.Weight> weights) {
        return weights.stream()
                .allMatch(it -> it.stored() == it.type() || converted.containsKey(it.name()));
    }

    /** A weight's bytes in the format that it is computed with; valid until this is closed. */
    MemorySegment bytes(Value.Weight weight) {
        return converted.getOrDefault(weight.name(), weight.bytes());
    }

    private static long count(Value.Weight weight) {
        return weight.bytes().byteSize() / Short.BYTES;
    }

    private static long room(Value.Weight weight) {
        return (count(weight) * Float.BYTES + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Some of a weight's numbers. */
    private record Piece(Value.Weight weight, long from, long to, MemorySegment floats) {
        void convert() {
            short[] bits = new short[AT_ONCE];
            float[] numbers = new float[AT_ONCE];
            for (long at = from; at < to; at += AT_ONCE) {
                int count = (int) Math.min(AT_ONCE, to - at);
                MemorySegment.copy(weight.bytes(), STORED, at * Short.BYTES, bits, 0, count);
                switch (weight.stored()) {
                    case FLOAT16 -> halves(bits, numbers);
                    case BFLOAT16 -> upperHalves(bits, numbers);
                    case FLOAT, UINT8, INT32, INT64 ->
                            throw new IllegalStateException(
                                    "cannot convert weights stored as " + weight.stored());
                }
                MemorySegment.copy(
                        numbers, 0, floats, ValueLayout.JAVA_FLOAT, at * Float.BYTES, count);
            }
        }
    }

    private static void halves(short[] bits, float[] numbers) {
        for (int i = 0; i < bits.length; i++) {
            numbers[i] = Float.float16ToFloat(bits[i]);
        }
    }

    private static void upperHalves(short[] bits, float[] numbers) {
        for (int i = 0; i < bits.length; i++) {
            numbers[i] = Float.intBitsToFloat(bits[i] << Short.SIZE);
        }
    }

    /** Memory that nobody has filled with zeros before, which would take as long as to use it. */
    @SuppressWarnings("restricted") // two functions of the C library
    private static MemorySegment memory(long size, Arena arena) {
        if (size == 0) {
            return MemorySegment.NULL;
        }
        var memory = (MemorySegment) call(C.MALLOC, size);
        if (memory.equals(MemorySegment.NULL)) {
            throw new OutOfMemoryError("no memory for %,d bytes of weights".formatted(size));
        }
        return memory.reinterpret(size, arena, freed -> call(C.FREE, freed));
    }

    private static Object call(MethodHandle function, Object argument) {
        try {
            return function.invoke(argument);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    @SuppressWarnings("restricted")
    private static final class C {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final MethodHandle MALLOC =
                function(
                        "malloc",
                        FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
        private static final MethodHandle FREE =
                function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

        private static MethodHandle function(String name, FunctionDescriptor shape) {
            return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape);
        }
    }

    /** Frees them when the last of those that share them is closed. */
    @Override
    public synchronized void close() {
        if (--users == 0) {
            arena.close();
        }
    }
}
