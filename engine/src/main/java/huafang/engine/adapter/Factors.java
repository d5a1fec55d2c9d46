package huafang.engine.adapter;

import huafang.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * How the tensors of one layer make a change to its weight. Each kind is told by the roles that its
 * tensors have; all scale by alpha over the rank where the file holds an alpha.
 */
enum Factors {
    /** Hu et al. 2021; for convolutions, with a middle one of their own, LoCon. */
    LORA(Set.of("up", "down"), Set.of("mid")) {
        @Override
        LowRank change(Map<String, Tensor> tensors, int out, int columns) {
            Tensor up = tensors.get("up");
            Tensor down = tensors.get("down");
            Tensor mid = tensors.get("mid");
            if (mid == null) {
                return thin(up, down);
            }
            requireSame(columnsOf(up), mid.size(0));
            return new LowRank(mid.size(0), up.data(), through(mid, down, columns));
        }
    },

    /** LoHa, the element-wise product of two: Hyeon-Woo et al., "FedPara", 2022. */
    LOHA(Set.of("w1_a", "w1_b", "w2_a", "w2_b"), Set.of("t1", "t2")) {
        @Override
        LowRank change(Map<String, Tensor> tensors, int out, int columns) {
            LowRank one = part(tensors, "w1", "t1", columns);
            LowRank two = part(tensors, "w2", "t2", columns);
            requireShape(one.out(), one.columns(), out, columns);
            requireShape(two.out(), two.columns(), out, columns);
            if (LowRank.isLarge((long) one.rank() * two.rank(), out, columns)) {
                float[] whole = one.whole();
                float[] other = two.whole();
                for (int i = 0; i < whole.length; i++) {
                    whole[i] *= other[i];
                }
                return LowRank.of(whole, out, columns);
            }
            int rank = one.rank() * two.rank();
            float[] up = new float[out * rank];
            float[] down = new float[rank * columns];
            for (int i = 0; i < rank; i++) {
                int first = i / two.rank();
                int second = i % two.rank();
                for (int row = 0; row < out; row++) {
                    up[row * rank + i] =
                            one.up()[row * one.rank() + first]
                                    * two.up()[row * two.rank() + second];
                }
                for (int column = 0; column < columns; column++) {
                    down[i * columns + column] =
                            one.down()[first * columns + column]
                                    * two.down()[second * columns + column];
                }
            }
            return new LowRank(rank, up, down);
        }

        private LowRank part(Map<String, Tensor> tensors, String matrix, String core, int columns) {
            Tensor a = tensors.get(matrix + "_a");
            Tensor b = tensors.get(matrix + "_b");
            Tensor middle = tensors.get(core);
            return middle == null ? thin(a, b) : cored(a, middle, b, columns);
        }
    },

    /** LoKr, the Kronecker product of two: Yeh et al., "LyCORIS", 2024. */
    LOKR(Set.of(), Set.of("k1", "k1_a", "k1_b", "k2", "k2_a", "k2_b", "kt2")) {
        @Override
        Difference change(Map<String, Tensor> tensors, int out, int columns) {
            Tensor left = tensors.get("k1");
            Tensor right = tensors.get("k2");
            int rows = left != null ? left.size(0) : need(tensors, "k1_a").size(0);
            int width = columnsOf(left != null ? left : need(tensors, "k1_b"));
            LowRank two;
            if (right != null) {
                two = LowRank.of(right.data(), right.size(0), columnsOf(right));
            } else if (tensors.containsKey("kt2")) {
                two =
                        cored(
                                need(tensors, "k2_a"),
                                tensors.get("kt2"),
                                need(tensors, "k2_b"),
                                columns / width);
            } else {
                two = thin(need(tensors, "k2_a"), need(tensors, "k2_b"));
            }
            requireShape((long) rows * two.out(), (long) width * two.columns(), out, columns);
            float[] one =
                    left != null
                            ? left.data()
                            : thin(need(tensors, "k1_a"), need(tensors, "k1_b")).whole();
            return kronecker(one, rows, width, two, kernel(tensors));
        }

        private Tensor need(Map<String, Tensor> tensors, String role) {
            if (!tensors.containsKey(role)) {
                throw new IllegalArgumentException("a tensor \"lokr_" + role + "\" is missing");
            }
            return tensors.get(role);
        }

        private int kernel(Map<String, Tensor> tensors) {
            Tensor spatial = tensors.getOrDefault("k2", tensors.get("kt2"));
            return spatial != null && spatial.shape().length == 4
                    ? spatial.size(2) * spatial.size(3)
                    : 1;
        }
    },

    /** A whole difference. */
    WHOLE(Set.of("diff"), Set.of()) {
        @Override
        LowRank change(Map<String, Tensor> tensors, int out, int columns) {
            Tensor whole = tensors.get("diff");
            return LowRank.of(whole.data(), whole.size(0), columnsOf(whole));
        }
    };

    private final Set<String> needed;
    private final Set<String> possible;

    Factors(Set<String> needed, Set<String> possible) {
        this.needed = needed;
        this.possible = possible;
    }

    /**
     * The change that a layer's tensors make, scaled.
     *
     * @param out rows of the layer's weight
     * @param columns all its other dimensions together
     * @throws IllegalArgumentException if they make none, or one of another shape
     */
    static Difference of(Map<String, Tensor> tensors, int out, int columns) {
        for (Factors kind : values()) {
            if (kind.fits(tensors.keySet())) {
                Difference change = kind.change(tensors, out, columns);
                requireShape(change.out(), change.columns(), out, columns);
                change = change.smallest();
                Tensor alpha = tensors.get("alpha");
                int rank = rank(tensors);
                return alpha == null || rank == 0 ? change : change.scaled(alpha.data()[0] / rank);
            }
        }
        throw new IllegalArgumentException("no kind of adapter known here has " + tensors.keySet());
    }

    abstract Difference change(Map<String, Tensor> tensors, int out, int columns);

    private boolean fits(Set<String> roles) {
        boolean lokr = this == LOKR && roles.stream().anyMatch(role -> role.startsWith("k"));
        return (lokr || !needed.isEmpty() && roles.containsAll(needed))
                && roles.stream()
                        .allMatch(role ->
                                role.equals("alpha")
                                        || needed.contains(role)
                                        || possible.contains(role));
    }

    /** The rank that alpha is divided by; 0 where nothing was made smaller. */
    private static int rank(Map<String, Tensor> tensors) {
        for (String role : new String[] {"down", "w1_b", "k2_b", "k1_b"}) {
            if (tensors.containsKey(role)) {
                return tensors.get(role).size(0);
            }
        }
        return 0;
    }

    private static LowRank thin(Tensor up, Tensor down) {
        requireSame(columnsOf(up), down.size(0));
        return new LowRank(down.size(0), up.data(), down.data());
    }

    /** The same with a core between them, [r, out] and [s, in] on the outside. */
    private static LowRank cored(Tensor up, Tensor core, Tensor down, int columns) {
        requireSame(up.size(0), core.size(0));
        return new LowRank(core.size(0), transposed(up), through(core, down, columns));
    }

    /**
     * A core [r, s, k, k] whose second side goes through [s, in]: [r, in · k · k].
     *
     * @param columns in · k · k of the layer, since of small tensors any number could be made
     */
    private static float[] through(Tensor core, Tensor inner, int columns) {
        int rank = core.size(0);
        int middle = core.size(1);
        requireSame(middle, inner.size(0));
        int kernel = core.data().length / rank / middle;
        int in = inner.data().length / middle;
        requireShape(rank, (long) in * kernel, rank, columns);
        if ((long) rank * columns > LoraFile.MOST_NUMBERS) {
            throw new IllegalArgumentException(
                    "expected tensors that make at most %,d numbers, found ones that make [%d, %d]"
                            .formatted(LoraFile.MOST_NUMBERS, rank, columns));
        }
        float[] down = new float[rank * columns];
        for (int i = 0; i < rank; i++) {
            for (int j = 0; j < middle; j++) {
                for (int column = 0; column < in; column++) {
                    float factor = inner.data()[j * in + column];
                    for (int k = 0; k < kernel; k++) {
                        down[(i * in + column) * kernel + k] +=
                                factor * core.data()[(i * middle + j) * kernel + k];
                    }
                }
            }
        }
        return down;
    }

    /** [r, out] as [out, r]. */
    private static float[] transposed(Tensor matrix) {
        int rows = matrix.size(0);
        int columns = columnsOf(matrix);
        float[] transposed = new float[matrix.data().length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = matrix.data()[row * columns + column];
            }
        }
        return transposed;
    }

    /**
     * [a, b] ⊗ ([c, r] · [r, d · k]) = ([a, b] ⊗ [c, r]) · (1 ⊗ [r, d · k]), the kernel staying
     * innermost.
     */
    private static Difference kronecker(float[] one, int a, int b, LowRank two, int kernel) {
        int c = two.out();
        int r = two.rank();
        int d = two.columns() / kernel;
        int rank = b * r;
        int out = a * c;
        int columns = b * d * kernel;
        if (LowRank.isLarge(rank, out, columns)) {
            return new KroneckerProduct(one, a, two.whole(), d * kernel);
        }
        float[] up = new float[out * rank];
        for (int i = 0; i < up.length; i++) {
            int row = i / rank;
            int column = i % rank;
            up[i] = one[row / c * b + column / r] * two.up()[row % c * r + column % r];
        }
        float[] down = new float[rank * columns];
        for (int i = 0; i < rank; i++) {
            int from = i / r * d * kernel;
            System.arraycopy(two.down(), i % r * d * kernel, down, i * columns + from, d * kernel);
        }
        return new LowRank(rank, up, down);
    }

    private static int columnsOf(Tensor matrix) {
        return Arrays.stream(matrix.shape()).skip(1).reduce(1, Math::multiplyExact);
    }

    private static void requireShape(long rows, long columns, int out, int expected) {
        if (rows != out || columns != expected) {
            throw new IllegalArgumentException(
                    "expected tensors that make a matrix [%d, %d], found ones that make [%d, %d]"
                            .formatted(out, expected, rows, columns));
        }
    }

    private static void requireSame(int left, int right) {
        if (left != right) {
            throw new IllegalArgumentException(
                    "its tensors do not fit each other: %d and %d".formatted(left, right));
        }
    }
}
