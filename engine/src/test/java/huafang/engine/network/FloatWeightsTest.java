package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.graph.Dim;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class FloatWeightsTest {
    private static final int ALL = 1 << 16;

    @Test
    void everyNumberOfSixteenBitsBecomesThatFloatWhereverItLies() {
        try (Arena arena = Arena.ofShared()) {
            Value.Weight half = weight("half", Type.FLOAT16, ALL, arena);
            Value.Weight brain = weight("brain", Type.BFLOAT16, ALL + 17, arena);
            try (var weights = new FloatWeights(List.of(half, brain))) {
                requireEach(weights.bytes(half), ALL, i -> Float.float16ToFloat((short) i));
                requireEach(weights.bytes(brain), ALL + 17, i -> Float.intBitsToFloat(i << 16));
            }
        }
    }

    @Test
    void piecesOfALargeWeightMeet() {
        int count = 2 * 1024 * 1024 + 4095;
        try (Arena arena = Arena.ofShared()) {
            Value.Weight large = weight("large", Type.FLOAT16, count, arena);
            try (var weights = new FloatWeights(List.of(large))) {
                requireEach(weights.bytes(large), count, i -> Float.float16ToFloat((short) i));
            }
        }
    }

    @Test
    void whatIsStoredAsItIsComputedWithStaysWhereItIs() {
        try (Arena arena = Arena.ofShared()) {
            var bytes = arena.allocate(8);
            var weight = new Value.Weight("w", Type.FLOAT, List.of(Dim.of(2)), Type.FLOAT, bytes);
            try (var weights = new FloatWeights(List.of(weight))) {
                assertThat(weights.bytes(weight)).isSameAs(bytes);
            }
        }
    }

    /** Its numbers' bits count up; it begins at an odd address, as any weight of a file may. */
    private static Value.Weight weight(String name, Type stored, int count, Arena arena) {
        MemorySegment bytes = arena.allocate(2L * count + 1).asSlice(1);
        for (int i = 0; i < count; i++) {
            bytes.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, (short) i);
        }
        return new Value.Weight(name, Type.FLOAT, List.of(Dim.of(count)), stored, bytes);
    }

    private static void requireEach(MemorySegment floats, int count, IntToDoubleFunction number) {
        assertThat(floats.byteSize()).isEqualTo(4L * count);
        for (int i = 0; i < count; i++) {
            float found = floats.get(ValueLayout.JAVA_FLOAT, 4L * i);
            float wanted = (float) number.applyAsDouble(i);
            if (Float.compare(found, wanted) != 0) {
                assertThat(found).as("number %d", i).isEqualTo(wanted);
            }
        }
    }
}
