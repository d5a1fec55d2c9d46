package huafang.engine.checkpoint;

/**
 * The number formats that a safetensors file may hold, under the names that its header gives them.
 */
public enum DType {
    BOOL(1),
    U8(1),
    I8(1),
    F8_E5M2(1),
    F8_E4M3(1),
    I16(2),
    U16(2),
    F16(2),
    BF16(2),
    I32(4),
    U32(4),
    F32(4),
    F64(8),
    I64(8),
    U64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes per value. */
    public int bytes() {
        return bytes;
    }

    /** Whether it is one of F32, F16 and BF16, in which small files and small tensors come. */
    public boolean isFloat() {
        return this == F32 || this == F16 || this == BF16;
    }
}
