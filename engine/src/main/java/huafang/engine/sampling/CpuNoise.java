package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/**
 * The stream of PyTorch's {@code randn} on a CPU: its integers and uniforms exactly, its normals
 * within 2e-6 (PyTorch's own code paths differ among themselves by almost as much).
 *
 * <p>A draw of 16 values or more goes by blocks of 16 single-precision uniforms, a smaller one by
 * pairs of double ones.
 */
final class CpuNoise implements NoiseSource {
    private static final int BLOCK = 16;

    private final MersenneTwister random;
    private double spare =
            Double.NaN; // the second normal of a pair, while no small draw has taken it

    CpuNoise(long seed) {
        random = new MersenneTwister((int) seed);
    }

    @Override
    public Tensor draw(int... shape) {
        Tensor noise = Tensor.zeros(shape);
        float[] data = noise.data();
        if (data.length < BLOCK) {
            for (int i = 0; i < data.length; i++) {
                data[i] = (float) normal();
            }
            return noise;
        }
        for (int i = 0; i < data.length; i++) {
            data[i] = uniform();
        }
        for (int i = 0; i + BLOCK <= data.length; i += BLOCK) {
            normaliseBlock(data, i);
        }
        if (data.length % BLOCK
                != 0) { // the last 16 values are drawn anew, over normals already made
            int tail = data.length - BLOCK;
            for (int i = tail; i < data.length; i++) {
                data[i] = uniform();
            }
            normaliseBlock(data, tail);
        }
        return noise;
    }

    /** Box and Muller 1958, the block's first half as radii, its second as angles. */
    private static void normaliseBlock(float[] data, int from) {
        for (int i = from; i < from + BLOCK / 2; i++) {
            float radius = (float) Math.sqrt(-2 * StrictMath.log(1 - data[i]));
            float angle = (float) (2 * Math.PI * data[i + BLOCK / 2]);
            data[i] = radius * (float) StrictMath.cos(angle);
            data[i + BLOCK / 2] = radius * (float) StrictMath.sin(angle);
        }
    }

    private double normal() {
        if (!Double.isNaN(spare)) {
            double normal = spare;
            spare = Double.NaN;
            return normal;
        }
        double angle = 2 * Math.PI * preciseUniform();
        double radius = Math.sqrt(-2 * StrictMath.log1p(-preciseUniform()));
        spare = radius * StrictMath.sin(angle);
        return radius * StrictMath.cos(angle);
    }

    float uniform() {
        return (random.next() & 0xff_ffff) * 0x1p-24f;
    }

    double preciseUniform() {
        long high = random.next();
        long low = random.next() & 0xffff_ffffL;
        return ((high << 32 | low) & 0x1f_ffff_ffff_ffffL) * 0x1p-53;
    }
}
