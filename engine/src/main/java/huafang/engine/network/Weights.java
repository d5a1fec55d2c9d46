package huafang.engine.network;

import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.checkpoint.DType;
import huafang.engine.checkpoint.Safetensors;
import huafang.engine.checkpoint.TensorInfo;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import java.util.Arrays;
import java.util.List;

/**
 * A place among a checkpoint's tensors: a layer asks for its weights by their last names and the
 * shapes it expects.
 */
record Weights(Safetensors file, String prefix) {

    Weights sub(String name) {
        return new Weights(file, prefix + name + ".");
    }

    Weights sub(int index) {
        return sub(Integer.toString(index));
    }

    boolean has(String name) {
        return file.find(prefix + name).isPresent();
    }

    /**
     * A weight to compute with, in float whatever the file holds.
     *
     * @throws CheckpointException if it is missing, of another shape, or not of a number format for
     *     weights
     */
    Value get(String name, long... shape) {
        return Ops.cast(stored(name, shape), Type.FLOAT);
    }

    /** A weight in the format that the file holds. */
    Value stored(String name, long... shape) {
        String path = prefix + name;
        TensorInfo tensor =
                file.find(path).orElseThrow(() -> refusal("a tensor \"" + path + "\"", "none"));
        List<Long> expected = Arrays.stream(shape).boxed().toList();
        if (!tensor.shape().equals(expected)) {
            throw refusal(
                    "\"%s\" with shape %s".formatted(path, expected), tensor.shape().toString());
        }
        return Value.weight(path, type(tensor), shape, file.bytes(tensor));
    }

    private Type type(TensorInfo tensor) {
        return switch (tensor.dtype()) {
            case F32 -> Type.FLOAT;
            case F16 -> Type.FLOAT16;
            case BF16 -> Type.BFLOAT16;
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, F64, I64, U64 ->
                    throw refusal(
                            "\"%s\" as one of %s"
                                    .formatted(
                                            tensor.name(),
                                            List.of(DType.F32, DType.F16, DType.BF16)),
                            tensor.dtype().name());
        };
    }

    private CheckpointException refusal(String expected, String found) {
        return new CheckpointException(
                "%s: expected %s, found %s".formatted(file.name(), expected, found));
    }
}
