package huafang.engine.network;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Asks CUDA's runtime library, which ONNX Runtime works with but does not ask on anybody's behalf.
 *
 * <p>{@code cudaError_t cudaMemGetInfo(size_t *free, size_t *total)}, CUDA Runtime API §"Memory
 * Management"; 0 is success.
 */
final class CudaMemory {
    static final FunctionDescriptor SIGNATURE =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    private static final Optional<MemorySegment> FUNCTION =
            Stream.of("libcudart.so.12", "libcudart.so.13")
                    .flatMap(library -> function(library).stream())
                    .findFirst();

    private CudaMemory() {}

    @SuppressWarnings("restricted") // it is CUDA's
    private static Optional<MemorySegment> function(String library) {
        try {
            return SymbolLookup.libraryLookup(library, Arena.global()).find("cudaMemGetInfo");
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no such library
        }
    }

    /** That of the first GPU; nothing where CUDA does not answer. */
    static Optional<DeviceMemory> now() {
        return FUNCTION.flatMap(CudaMemory::ask);
    }

    @SuppressWarnings("restricted") // the signature is CUDA's
    static Optional<DeviceMemory> ask(MemorySegment function) {
        MethodHandle question = Linker.nativeLinker().downcallHandle(function, SIGNATURE);
        try (var arena = Arena.ofConfined()) {
            MemorySegment free = arena.allocate(ValueLayout.JAVA_LONG);
            MemorySegment total = arena.allocate(ValueLayout.JAVA_LONG);
            int error = (int) question.invokeExact(free, total);
            return error == 0
                    ? Optional.of(
                            new DeviceMemory(
                                    free.get(ValueLayout.JAVA_LONG, 0),
                                    total.get(ValueLayout.JAVA_LONG, 0)))
                    : Optional.empty();
        } catch (Throwable e) {
            throw new IllegalStateException("CUDA cannot be asked for its memory", e);
        }
    }
}
