package huafang.engine.sampling;

/**
 * MT19937, 32 bits at a time.
 *
 * <p>Matsumoto and Nishimura 1998; agrees with C++'s std::mt19937 and PyTorch's generator.
 */
final class MersenneTwister {
    private static final int WORDS = 624;
    private static final int OFFSET = 397;

    private final int[] state = new int[WORDS];
    private int used = WORDS;

    MersenneTwister(int seed) {
        state[0] = seed;
        for (int i = 1; i < WORDS; i++) {
            state[i] = 1_812_433_253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /** 32 random bits. */
    int next() {
        if (used == WORDS) {
            twist();
            used = 0;
        }
        int y = state[used++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >>> 18);
    }

    private void twist() {
        for (int i = 0; i < WORDS; i++) {
            int y = (state[i] & 0x8000_0000) | (state[(i + 1) % WORDS] & 0x7fff_ffff);
            state[i] = state[(i + OFFSET) % WORDS] ^ (y >>> 1) ^ ((y & 1) * 0x9908b0df);
        }
    }
}
