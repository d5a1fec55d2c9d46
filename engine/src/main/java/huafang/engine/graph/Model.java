package huafang.engine.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An ONNX model in its file format, and the weights that it names but does not contain.
 *
 * @param weights those that lead to the outputs, by name
 */
public record Model(byte[] onnx, Map<String, Value.Weight> weights) {
    private static final int IR_VERSION = 10;
    private static final int OPERATOR_SET = 21;

    /** The model that computes these values, with all that they lead back to. */
    public static Model of(Map<String, Value> outputs) {
        var builder = new Builder();
        outputs.forEach(builder::output);
        return new Model(builder.model().toByteArray(), builder.weights);
    }

    private static final class Builder {
        private final GraphProto.Builder graph = GraphProto.newBuilder().setName("huafang");
        private final Map<String, Value> inputs = new LinkedHashMap<>();
        private final Map<String, Value.Weight> weights = new LinkedHashMap<>();
        private final Map<Value.Source, String> computed = new IdentityHashMap<>();

        void output(String name, Value value) {
            graph.addOutput(info(name, value));
            graph.addNode(
                    NodeProto.newBuilder()
                            .setOpType("Identity")
                            .addInput(name(value))
                            .addOutput(name));
        }

        /** The name of a value, after all that it is computed from has its place in the graph. */
        private String name(Value value) {
            return switch (value.source()) {
                case Value.Input input -> {
                    if (inputs.put(input.name(), value) == null) {
                        graph.addInput(info(input.name(), value));
                    }
                    yield input.name();
                }
                case Value.Weight weight -> {
                    Value.Weight before = weights.put(weight.name(), weight);
                    if (before == null) {
                        graph.addInitializer(external(weight));
                    } else if (before.type() != weight.type()) {
                        throw new IllegalArgumentException(
                                "\"%s\" is wanted both as %s and as %s"
                                        .formatted(weight.name(), before.type(), weight.type()));
                    }
                    yield weight.name();
                }
                case Value.Constant constant -> {
                    if (!computed.containsKey(constant)) {
                        String name = "constant_" + computed.size();
                        computed.put(constant, name);
                        graph.addInitializer(constant.tensor.toBuilder().setName(name));
                    }
                    yield computed.get(constant);
                }
                case Value.Operation operation -> {
                    place(operation);
                    yield computed.get(operation) + "_" + value.output();
                }
            };
        }

        /**
         * Puts an operation into the graph, after those that it needs; not recursive, since chains
         * may be long.
         */
        private void place(Value.Operation last) {
            Deque<Value.Operation> waiting = new ArrayDeque<>();
            waiting.push(last);
            while (!waiting.isEmpty()) {
                Value.Operation operation = waiting.peek();
                if (computed.containsKey(operation)) {
                    waiting.pop();
                } else if (!pushMissing(operation, waiting)) {
                    String name = operation.name + "_" + computed.size();
                    NodeProto.Builder node = node(operation).setName(name);
                    computed.put(operation, name);
                    for (int i = 0; i < operation.outputs; i++) {
                        node.addOutput(name + "_" + i);
                    }
                    graph.addNode(node);
                    waiting.pop();
                }
            }
        }

        private boolean pushMissing(Value.Operation operation, Deque<Value.Operation> waiting) {
            boolean missing = false;
            for (Value input : operation.inputs) {
                if (input != null
                        && input.source() instanceof Value.Operation before
                        && !computed.containsKey(before)) {
                    waiting.push(before);
                    missing = true;
                }
            }
            return missing;
        }

        private NodeProto.Builder node(Value.Operation operation) {
            var node =
                    NodeProto.newBuilder()
                            .setDomain(operation.domain)
                            .setOpType(operation.name)
                            .addAllAttribute(operation.attributes);
            for (Value input : operation.inputs) {
                node.addInput(input == null ? "" : name(input));
            }
            return node;
        }

        /** The runtime wants to be told of a place that exists; it is given the weight itself. */
        private static TensorProto external(Value.Weight weight) {
            var tensor =
                    TensorProto.newBuilder()
                            .setName(weight.name())
                            .setDataType(weight.type().onnx())
                            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                            .addExternalData(
                                    StringStringEntryProto.newBuilder()
                                            .setKey("location")
                                            .setValue("."));
            weight.shape().forEach(size -> tensor.addDims(size.size()));
            return tensor.build();
        }

        private static ValueInfoProto info(String name, Value value) {
            var shape = TensorShapeProto.newBuilder();
            for (Dim size : value.shape()) {
                var dim = TensorShapeProto.Dimension.newBuilder();
                shape.addDim(
                        size.known() ? dim.setDimValue(size.size()) : dim.setDimParam(size.name()));
            }
            var tensor =
                    TypeProto.Tensor.newBuilder().setElemType(value.type().onnx()).setShape(shape);
            return ValueInfoProto.newBuilder()
                    .setName(name)
                    .setType(TypeProto.newBuilder().setTensorType(tensor))
                    .build();
        }

        ModelProto model() {
            return ModelProto.newBuilder()
                    .setIrVersion(IR_VERSION)
                    .addOpsetImport(operators(Ops.ONNX, OPERATOR_SET))
                    .addOpsetImport(operators(Ops.MICROSOFT, 1))
                    .setGraph(graph)
                    .build();
        }

        private static OperatorSetIdProto operators(String domain, int version) {
            return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
        }
    }
}
