package huafang.engine.network;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.InvalidProtocolBufferException;
import huafang.engine.graph.Model;
import huafang.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs graphs for CUDA: what has no kernel on a CPU becomes a function of a domain of its own. */
final class CudaOnCpu {
    private static final String DOMAIN = "test";

    private CudaOnCpu() {}

    static Map<String, Integer> operators(Model model) {
        Map<String, Integer> counts = new TreeMap<>();
        parsed(model)
                .getGraph()
                .getNodeList()
                .forEach(node -> counts.merge(name(node), 1, Integer::sum));
        return counts;
    }

    static Tensor run(Model model, Map<String, OnnxTensor> inputs) throws OrtException {
        var runtime = OrtEnvironment.getEnvironment();
        try (var weights = new SessionWeights(model.weights().values());
                var options = new OrtSession.SessionOptions()) {
            weights.passTo(options, Device.CUDA.readsWeightsInPlace());
            try (var session = runtime.createSession(rewritten(model).toByteArray(), options);
                    var result = session.run(inputs)) {
                var output = (OnnxTensor) result.get(0);
                int[] shape =
                        Arrays.stream(output.getInfo().getShape())
                                .mapToInt(Math::toIntExact)
                                .toArray();
                return new Tensor(output.getFloatBuffer().array(), shape);
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static ModelProto parsed(Model model) {
        try {
            return ModelProto.parseFrom(model.onnx());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ModelProto rewritten(Model model) {
        var proto = parsed(model).toBuilder();
        for (NodeProto.Builder node : proto.getGraphBuilder().getNodeBuilderList()) {
            String name = name(node.build());
            if (!name.equals(node.getOpType()) || FUNCTIONS.containsKey(name)) {
                node.setDomain(DOMAIN).setOpType(name);
            }
        }
        proto.addOpsetImport(operators(DOMAIN, 1));
        FUNCTIONS.values().forEach(proto::addFunctions);
        return proto.build();
    }

    /** An operator's name, where its meaning hangs on how it is called a name for each. */
    private static String name(NodeProto node) {
        return switch (node.getOpType()) {
            case "MultiHeadAttention" ->
                    node.getInputCount() == 1
                            ? "SelfAttention"
                            : node.getInputCount() == 2 ? "CrossAttention" : node.getOpType();
            case "GroupNorm", "SkipGroupNorm" ->
                    node.getAttributeList().stream()
                                    .anyMatch(it ->
                                            it.getName().equals("activation") && it.getI() == 0)
                            ? node.getOpType() + "Linear"
                            : node.getOpType();
            default -> node.getOpType();
        };
    }

    private static final String NCHW = "0,3,1,2";
    private static final String NHWC = "0,2,3,1";

    private static final Map<String, FunctionProto> FUNCTIONS = new TreeMap<>();

    static {
        define(
                "NhwcConv",
                "X W B",
                "kernel_shape pads strides",
                node("Transpose", "X", "x", ints("perm", NCHW)),
                node("Transpose", "W", "w", ints("perm", NCHW)),
                node("Conv", "x w B", "y", same("kernel_shape"), same("pads"), same("strides")),
                node("Transpose", "y", "Y", ints("perm", NHWC)));
        for (boolean skip : new boolean[] {false, true}) {
            for (boolean silu : new boolean[] {false, true}) {
                groupNorm(skip, silu);
            }
        }
        define(
                "BiasSplitGelu",
                "X B",
                "",
                node("Add", "X B", "x"),
                node("Split", "x", "left right", integer("axis", -1), integer("num_outputs", 2)),
                node("Gelu", "right", "gate"),
                node("Mul", "left gate", "Y"));
        define("BiasAdd", "X B S", "", node("Add", "X B", "x"), node("Add", "x S", "Y"));
        define(
                "SelfAttention",
                "X",
                "num_heads",
                node("Split", "X", "q k v", integer("axis", 3), integer("num_outputs", 3)),
                node("Constant", "", "shape", ints("value_ints", "0,0,-1")),
                node("Reshape", "q shape", "query"),
                node("Reshape", "k shape", "key"),
                node("Reshape", "v shape", "value"),
                attention());
        define(
                "CrossAttention",
                "query X",
                "num_heads",
                node("Split", "X", "k v", integer("axis", 3), integer("num_outputs", 2)),
                node("Constant", "", "shape", ints("value_ints", "0,0,-1")),
                node("Reshape", "k shape", "key"),
                node("Reshape", "v shape", "value"),
                attention());
    }

    private static void groupNorm(boolean skip, boolean silu) {
        String name = (skip ? "SkipGroupNorm" : "GroupNorm") + (silu ? "" : "Linear");
        define(
                name,
                skip ? "X scale shift S" : "X scale shift",
                "groups epsilon activation channels_last",
                node("Constant", "", "axes", ints("value_ints", "1,2")),
                skip ? node("Unsqueeze", "S axes", "s") : node("Identity", "axes", "s"),
                skip ? node("Add", "X s", "sum") : node("Identity", "X", "sum"),
                node("Cast", "sum", "floats", integer("to", 1)), // the norm's weights are floats
                node("Transpose", "floats", "x", ints("perm", NCHW)),
                node(
                        "GroupNormalization",
                        "x scale shift",
                        "y",
                        reference("num_groups", "groups", AttributeProto.AttributeType.INT),
                        reference("epsilon", "epsilon", AttributeProto.AttributeType.FLOAT)),
                node("Sigmoid", "y", "gate"),
                silu ? node("Mul", "y gate", "z") : node("Identity", "y", "z"),
                node("CastLike", "z X", "like"),
                node("Transpose", "like", "Y", ints("perm", NHWC)));
    }

    private static NodeProto attention() {
        return node(
                        "MultiHeadAttention",
                        "query key value",
                        "Y",
                        reference("num_heads", "num_heads", AttributeProto.AttributeType.INT))
                .toBuilder()
                .setDomain("com.microsoft")
                .build();
    }

    private static void define(String name, String inputs, String attributes, NodeProto... nodes) {
        var function =
                FunctionProto.newBuilder()
                        .setName(name)
                        .setDomain(DOMAIN)
                        .addAllInput(words(inputs))
                        .addOutput("Y")
                        .addAllAttribute(words(attributes))
                        .addAllNode(List.of(nodes))
                        .addOpsetImport(operators("", 21))
                        .addOpsetImport(operators("com.microsoft", 1));
        FUNCTIONS.put(name, function.build());
    }

    private static NodeProto node(
            String type, String inputs, String outputs, AttributeProto... attributes) {
        return NodeProto.newBuilder()
                .setOpType(type)
                .addAllInput(words(inputs))
                .addAllOutput(words(outputs))
                .addAllAttribute(List.of(attributes))
                .build();
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    private static AttributeProto ints(String name, String numbers) {
        var proto =
                AttributeProto.newBuilder()
                        .setName(name)
                        .setType(AttributeProto.AttributeType.INTS);
        Arrays.stream(numbers.split(",")).map(Long::valueOf).forEach(proto::addInts);
        return proto.build();
    }

    private static AttributeProto integer(String name, long number) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(number)
                .build();
    }

    private static AttributeProto same(String name) {
        return reference(name, name, AttributeProto.AttributeType.INTS);
    }

    private static AttributeProto reference(
            String name, String of, AttributeProto.AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setRefAttrName(of).setType(type).build();
    }

    private static OperatorSetIdProto operators(String domain, int version) {
        return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
    }
}
