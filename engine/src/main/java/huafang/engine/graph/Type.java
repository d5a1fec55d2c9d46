package huafang.engine.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/** The number formats of values. */
public enum Type {
    FLOAT(DataType.FLOAT),
    FLOAT16(DataType.FLOAT16),
    BFLOAT16(DataType.BFLOAT16),
    UINT8(DataType.UINT8),
    INT32(DataType.INT32),
    INT64(DataType.INT64);

    private final DataType onnx;

    Type(DataType onnx) {
        this.onnx = onnx;
    }

    /** The number that ONNX has for it. */
    int onnx() {
        return onnx.getNumber();
    }
}
