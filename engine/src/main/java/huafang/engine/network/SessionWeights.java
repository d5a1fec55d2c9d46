package huafang.engine.network;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import huafang.engine.graph.Dim;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A network's weights as the runtime reads them, for as long as it is loaded. */
final class SessionWeights implements AutoCloseable {
    private final Collection<Value.Weight> weights;
    private final FloatWeights floats;
    private final List<OnnxTensor> tensors = new ArrayList<>();

    SessionWeights(Collection<Value.Weight> weights) {
        this(weights, new FloatWeights(weights));
    }

    private SessionWeights(Collection<Value.Weight> weights, FloatWeights floats) {
        this.weights = weights;
        this.floats = floats;
    }

    /** Those of another network, with what is converted already if that is all that it needs. */
    SessionWeights of(Collection<Value.Weight> others) {
        return floats.hold(others)
                ? new SessionWeights(others, floats.shared())
                : new SessionWeights(others);
    }

    /**
     * Passes them beside a model, whose session must be closed before them.
     *
     * @param inPlace whether the runtime reads large ones where they are. It cannot compute with
     *     those in advance, as it does with vectors, nor with bytes that stand for numbers.
     */
    void passTo(OrtSession.SessionOptions options, boolean inPlace) throws OrtException {
        Map<String, OnnxTensorLike> copied = new HashMap<>();
        for (Value.Weight weight : weights) {
            OnnxTensor tensor = tensor(weight);
            tensors.add(tensor);
            if (inPlace && weight.shape().size() > 1 && weight.type() != Type.UINT8) {
                options.addInitializer(weight.name(), tensor);
            } else {
                copied.put(weight.name(), tensor);
            }
        }
        options.addExternalInitializers(copied);
    }

    private OnnxTensor tensor(Value.Weight weight) throws OrtException {
        return OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(),
                floats.bytes(weight).asByteBuffer().order(ByteOrder.nativeOrder()),
                weight.shape().stream().mapToLong(Dim::size).toArray(),
                javaType(weight.type()));
    }

    /** Bytes of all as the network computes with them. */
    long size() {
        return weights.stream().mapToLong(it -> floats.bytes(it).byteSize()).sum();
    }

    private static OnnxJavaType javaType(Type type) {
        return switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
        };
    }

    @Override
    public void close() {
        tensors.forEach(OnnxTensor::close);
        floats.close();
    }
}
