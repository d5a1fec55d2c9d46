package huafang.engine.sampling;

/** The random number generators that published pictures were made with. */
public enum Rng {
    /** PyTorch's on the CPU: a Mersenne twister. */
    CPU {
        @Override
        public NoiseSource seeded(long seed) {
            return new CpuNoise(seed);
        }
    },
    /** PyTorch's on an NVIDIA GPU: Philox. */
    NV {
        @Override
        public NoiseSource seeded(long seed) {
            return new NvNoise(seed);
        }
    };

    /** A stream that depends on the seed alone. */
    public abstract NoiseSource seeded(long seed);
}
