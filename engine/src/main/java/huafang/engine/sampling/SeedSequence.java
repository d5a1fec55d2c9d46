package huafang.engine.sampling;

/**
 * numpy's SeedSequence with a pool of 24 words: O'Neill 2015's seed_seq_fe, from which torchsde
 * takes its seeds.
 */
final class SeedSequence {
    private static final int POOL = 24;

    private int constant;

    private SeedSequence(int constant) {
        this.constant = constant;
    }

    /**
     * The first 32 bits of the state.
     *
     * @param entropy 0 or more
     * @param spawnKey one word each; none for the root
     */
    static int firstWord(long entropy, int... spawnKey) {
        var mixer = new SeedSequence(0x43b0d7e5);
        int[] pool = new int[POOL];
        pool[0] = (int) entropy;
        pool[1] = (int) (entropy >>> 32);
        for (int i = 0; i < POOL; i++) {
            pool[i] = mixer.hashed(pool[i], 0x931e8875);
        }
        for (int source = 0; source < POOL; source++) {
            for (int target = 0; target < POOL; target++) {
                if (source != target) {
                    pool[target] = mixed(pool[target], mixer.hashed(pool[source], 0x931e8875));
                }
            }
        }
        for (int word : spawnKey) {
            for (int target = 0; target < POOL; target++) {
                pool[target] = mixed(pool[target], mixer.hashed(word, 0x931e8875));
            }
        }
        return new SeedSequence(0x8b51f9dd).hashed(pool[0], 0x58f38ded);
    }

    private int hashed(int value, int multiplier) {
        value ^= constant;
        constant *= multiplier;
        value *= constant;
        return value ^ (value >>> 16);
    }

    private static int mixed(int x, int y) {
        int mixed = 0xca01f9dd * x - 0x4973f715 * y;
        return mixed ^ (mixed >>> 16);
    }
}
