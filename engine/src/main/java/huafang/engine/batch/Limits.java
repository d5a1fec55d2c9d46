package huafang.engine.batch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many rows of a shape share a call: as many as pay and as fit. A limit begins small. Once it
 * was reached some times, it doubles while that makes more rows a second, and is halved where it
 * does not, or where memory ran out; later it is tried again, as both may have changed.
 */
final class Limits {
    private static final int MOST_SHAPES = 1000;

    private final int most;
    private final Map<List<Integer>, Limit> limits =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<List<Integer>, Limit> eldest) {
                    return size() > MOST_SHAPES;
                }
            };

    /**
     * @param most rows of any shape, a power of two
     */
    Limits(int most) {
        this.most = most;
    }

    int rows(Group group) {
        return 1 << limit(group).level;
    }

    /** A turn that was full, or could have been larger, took so long. */
    void measured(Group group, int rows, long nanos) {
        limit(group).measured(rows / Math.max(1.0, nanos));
    }

    /** So many rows are too many for the memory. */
    void didNotFit(Group group, int rows) {
        limit(group).shrinkTo(Math.max(0, log2(rows) - 1));
    }

    private Limit limit(Group group) {
        return limits.computeIfAbsent(group.shape(), shape -> new Limit(log2(most)));
    }

    private static int log2(int number) {
        return 31 - Integer.numberOfLeadingZeros(number);
    }

    /** Of one shape. */
    private static final class Limit {
        /** A picture with a negative prompt. */
        private static final int FIRST = 1;

        private static final int ENOUGH = 4;
        private static final int UNTIL_TRIED_AGAIN = 1000;
        private static final double GAIN = 1.05;

        private final int highest;
        private final double[] rates; // 0 where unknown
        private final int[] calls;
        private int ceiling;
        private int untilTriedAgain;
        private int level; // the rows' logarithm

        Limit(int highest) {
            this.highest = highest;
            this.ceiling = highest;
            this.level = Math.min(FIRST, highest);
            this.rates = new double[highest + 1];
            this.calls = new int[highest + 1];
        }

        void measured(double rate) {
            if (--untilTriedAgain <= 0) {
                ceiling = highest;
            }
            // With a new size the runtime chooses algorithms and asks for memory.
            if (calls[level]++ == 0) {
                return;
            }
            rates[level] = rates[level] == 0 ? rate : (3 * rates[level] + rate) / 4;
            if (calls[level] <= ENOUGH) {
                return;
            }
            if (level > 0 && rates[level] < GAIN * rates[level - 1]) {
                shrinkTo(level - 1);
            } else if (level < ceiling) {
                level++;
                rates[level] = 0;
                calls[level] = 0;
            }
        }

        void shrinkTo(int lower) {
            level = Math.min(level, lower);
            ceiling = level;
            untilTriedAgain = UNTIL_TRIED_AGAIN;
        }
    }
}
