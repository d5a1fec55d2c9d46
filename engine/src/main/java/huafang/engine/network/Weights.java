package huafang.engine.network;

import huafang.engine.checkpoint.Checkpoint;
import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.checkpoint.DType;
import huafang.engine.checkpoint.TensorInfo;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A place among a checkpoint's tensors: a layer asks for its weights by their last names and the
 * shapes it expects.
 */
record Weights(Checkpoint file, String prefix) {
    private static final List<DType> FORMATS =
            List.of(DType.F32, DType.F16, DType.BF16, DType.F8_E4M3, DType.F8_E5M2);

    /**
     * What the 256 bytes of the eight-bit formats stand for; the runtime has no such format here.
     */
    private static final Map<DType, Value> EIGHT_BITS =
            Map.of(
                    DType.F8_E4M3, Value.constant(Eight.e4m3(), 256),
                    DType.F8_E5M2, Value.constant(Eight.e5m2(), 256));

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
        TensorInfo tensor = shaped(name, shape);
        Type stored = type(tensor);
        return stored == Type.UINT8
                ? toFloat(name, stored(name, shape))
                : Value.weight(tensor.name(), Type.FLOAT, shape, stored, file.bytes(tensor));
    }

    /** A weight in this number format. */
    Value get(Type type, String name, long... shape) {
        Value stored = stored(name, shape);
        return stored.type() == Type.UINT8
                ? Ops.cast(toFloat(name, stored), type)
                : Ops.cast(stored, type);
    }

    /** The rows of a table for these ids; only they are converted, not the table. */
    Value rows(String name, Value ids, long rows, long width) {
        return toFloat(name, Ops.gather(stored(name, rows, width), ids));
    }

    private Value toFloat(String name, Value stored) {
        return stored.type() == Type.UINT8
                ? Ops.gather(EIGHT_BITS.get(tensor(name).dtype()), Ops.cast(stored, Type.INT32))
                : Ops.cast(stored, Type.FLOAT);
    }

    /** A weight in the format that the file holds; those of eight bits as bare bytes. */
    Value stored(String name, long... shape) {
        TensorInfo tensor = shaped(name, shape);
        return Value.weight(tensor.name(), type(tensor), shape, file.bytes(tensor));
    }

    private TensorInfo shaped(String name, long... shape) {
        TensorInfo tensor = tensor(name);
        List<Long> expected = Arrays.stream(shape).boxed().toList();
        if (!tensor.shape().equals(expected)) {
            throw refusal(
                    "\"%s\" with shape %s".formatted(tensor.name(), expected),
                    tensor.shape().toString());
        }
        return tensor;
    }

    private TensorInfo tensor(String name) {
        String path = prefix + name;
        return file.find(path).orElseThrow(() -> refusal("a tensor \"" + path + "\"", "none"));
    }

    private Type type(TensorInfo tensor) {
        return switch (tensor.dtype()) {
            case F32 -> Type.FLOAT;
            case F16 -> Type.FLOAT16;
            case BF16 -> Type.BFLOAT16;
            case F8_E4M3, F8_E5M2 -> Type.UINT8;
            case BOOL, U8, I8, I16, U16, I32, U32, F64, I64, U64 ->
                    throw refusal(
                            "\"%s\" as one of %s".formatted(tensor.name(), FORMATS),
                            tensor.dtype().name());
        };
    }

    private CheckpointException refusal(String expected, String found) {
        return refusal(file, expected, found);
    }

    static CheckpointException refusal(Checkpoint file, String expected, String found) {
        return new CheckpointException(
                "%s: expected %s, found %s".formatted(file.name(), expected, found));
    }
}
