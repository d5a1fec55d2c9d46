package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/**
 * The stream of PyTorch's {@code randn} on an NVIDIA GPU, as AUTOMATIC1111's "NV" source imitates
 * it on any machine.
 *
 * <p>Each value has a Philox counter of its own, made of the number of the draw and the value's
 * index; the seed is the key. Box and Muller turn the first two of the four resulting words into
 * the sine branch's normal.
 */
final class NvNoise implements NoiseSource {
    private static final double UNIT = 0x1p-32;
    private static final double TURN = (float) (2 * Math.PI * UNIT); // single precision, as in CUDA

    private final long seed;
    private int draws;

    NvNoise(long seed) {
        this.seed = seed;
    }

    @Override
    public Tensor draw(int... shape) {
        Tensor noise = Tensor.zeros(shape);
        float[] data = noise.data();
        int[] counter = new int[4];
        for (int i = 0; i < data.length; i++) {
            counter[0] = draws;
            counter[1] = 0;
            counter[2] = i;
            counter[3] = 0;
            Philox.scramble(counter, seed);
            double radius =
                    Math.sqrt(
                            -2 * StrictMath.log((Integer.toUnsignedLong(counter[0]) + 0.5) * UNIT));
            double angle = (Integer.toUnsignedLong(counter[1]) + 0.5) * TURN;
            data[i] = (float) (radius * StrictMath.sin(angle));
        }
        draws++;
        return noise;
    }
}
