package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.junit.jupiter.api.Test;

class CudaMemoryTest {
    @Test
    void itIsWhatTheFunctionWritesIfThatSucceeds() throws Throwable {
        assertThat(CudaMemory.ask(function("succeeds")))
                .contains(new DeviceMemory(7L << 33, 9L << 33));
        assertThat(CudaMemory.ask(function("fails"))).isEmpty();
    }

    @Test
    void aTenthOfAllIsLeft() {
        var memory = new DeviceMemory(300, 1000);

        assertThat(memory.hasRoomFor(200)).isTrue();
        assertThat(memory.hasRoomFor(201)).isFalse();
    }

    /** One of this class, as a library's. */
    @SuppressWarnings("restricted") // the signatures are the same
    private static MemorySegment function(String name) throws ReflectiveOperationException {
        var type = MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class);
        return Linker.nativeLinker()
                .upcallStub(
                        MethodHandles.lookup().findStatic(CudaMemoryTest.class, name, type),
                        CudaMemory.SIGNATURE,
                        Arena.ofAuto());
    }

    @SuppressWarnings("restricted") // CUDA writes eight bytes
    static int succeeds(MemorySegment free, MemorySegment total) {
        free.reinterpret(8).set(ValueLayout.JAVA_LONG, 0, 7L << 33);
        total.reinterpret(8).set(ValueLayout.JAVA_LONG, 0, 9L << 33);
        return 0;
    }

    static int fails(MemorySegment free, MemorySegment total) {
        return 2; // cudaErrorMemoryAllocation
    }
}
