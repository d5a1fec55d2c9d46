package huafang.engine.network;

/**
 * Numbers of eight bits: Micikevicius et al., "FP8 Formats for Deep Learning", 2022, in the
 * variants that PyTorch calls float8_e4m3fn and float8_e5m2.
 */
final class Eight {
    private static final int COUNT = 256;

    private Eight() {}

    /** What each byte stands for: four bits of exponent, three of fraction, no infinity. */
    static float[] e4m3() {
        float[] numbers = new float[COUNT];
        for (int bits = 0; bits < COUNT; bits++) {
            boolean none = (bits & 0x7f) == 0x7f;
            numbers[bits] = none ? Float.NaN : number(bits, 3, 7);
        }
        return numbers;
    }

    /** What each byte stands for: the upper half of a number of sixteen bits. */
    static float[] e5m2() {
        float[] numbers = new float[COUNT];
        for (int bits = 0; bits < COUNT; bits++) {
            numbers[bits] = Float.float16ToFloat((short) (bits << 8));
        }
        return numbers;
    }

    private static float number(int bits, int fractionBits, int bias) {
        int exponent = (bits & 0x7f) >> fractionBits;
        float fraction = (bits & (1 << fractionBits) - 1) / (float) (1 << fractionBits);
        float size =
                exponent == 0
                        ? Math.scalb(fraction, 1 - bias)
                        : Math.scalb(1 + fraction, exponent - bias);
        return bits < 0x80 ? size : -size;
    }
}
