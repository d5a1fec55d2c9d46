package huafang.engine.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor that a model will compute or be given: its format, its shape and where it comes from.
 * Immutable.
 *
 * @param output which of its source's outputs it is
 */
public record Value(Source source, int output, Type type, List<Dim> shape) {
    public Value {
        shape = List.copyOf(shape);
    }

    /**
     * Where values come from. Two values share a source only if it is the same object, or a weight
     * of the same name.
     */
    sealed interface Source {}

    /** Given with every run. */
    record Input(String name) implements Source {}

    /**
     * A tensor whose bytes somebody else owns, and keeps for as long as a model runs that names it.
     *
     * @param type that the model computes with
     * @param stored that its bytes have; if it is another, whoever loads the model converts them
     */
    public record Weight(String name, Type type, List<Dim> shape, Type stored, MemorySegment bytes)
            implements Source {}

    /** A few numbers inside the model. */
    static final class Constant implements Source {
        final TensorProto tensor;

        Constant(TensorProto tensor) {
            this.tensor = tensor;
        }
    }

    /** Computed. An input may be null where the operator allows none. */
    static final class Operation implements Source {
        final String domain;
        final String name;
        final List<Value> inputs;
        final List<AttributeProto> attributes;
        final int outputs;

        Operation(
                String domain,
                String name,
                List<Value> inputs,
                List<AttributeProto> attributes,
                int outputs) {
            this.domain = domain;
            this.name = name;
            this.inputs = inputs;
            this.attributes = attributes;
            this.outputs = outputs;
        }
    }

    /** What the caller of the model passes under this name. */
    public static Value input(String name, Type type, Dim... shape) {
        return new Value(new Input(name), 0, type, List.of(shape));
    }

    /**
     * A tensor that lies in memory already, in the byte order of the machine. Names are unique in a
     * model.
     */
    public static Value weight(String name, Type type, long[] shape, MemorySegment bytes) {
        return weight(name, type, shape, type, bytes);
    }

    /** The same of a tensor that is stored in another format than the model computes with. */
    public static Value weight(
            String name, Type type, long[] shape, Type stored, MemorySegment bytes) {
        List<Dim> sizes = Dim.list(shape);
        return new Value(new Weight(name, type, sizes, stored, bytes), 0, type, sizes);
    }

    public static Value constant(float[] numbers, long... shape) {
        var tensor = TensorProto.newBuilder().setDataType(Type.FLOAT.onnx());
        for (float number : numbers) {
            tensor.addFloatData(number);
        }
        return constant(tensor, Type.FLOAT, shape);
    }

    public static Value constant(long[] numbers, long... shape) {
        var tensor = TensorProto.newBuilder().setDataType(Type.INT64.onnx());
        for (long number : numbers) {
            tensor.addInt64Data(number);
        }
        return constant(tensor, Type.INT64, shape);
    }

    private static Value constant(TensorProto.Builder tensor, Type type, long... shape) {
        for (long size : shape) {
            tensor.addDims(size);
        }
        return new Value(new Constant(tensor.build()), 0, type, Dim.list(shape));
    }

    public int rank() {
        return shape.size();
    }

    /** One length; negative counts from the last. */
    public Dim size(int dimension) {
        return shape.get(dimension < 0 ? rank() + dimension : dimension);
    }

    /** One length that must be known when the model is built; negative counts from the last. */
    public long width(int dimension) {
        Dim size = size(dimension);
        if (!size.known()) {
            throw new IllegalArgumentException(
                    "dimension %d of %s is not known".formatted(dimension, this));
        }
        return size.size();
    }

    @Override
    public String toString() {
        return type + shape.toString();
    }
}
