package huafang.engine.batch;

import huafang.engine.network.DeviceMemory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How many rows of a shape share a call: as many as pay and as fit. A limit begins small. Once it
 * was reached some times, it doubles while that makes more rows a second and leaves memory free, as
 * far as can be told from what the last doubling took; it is halved where it makes no more, or
 * where memory ran out. Later it is tried again, as both may have changed.
 */
final class Limits {
    private static final int MOST_SHAPES = 1000;

    private final int most;
    private final Supplier<Optional<DeviceMemory>> memory;
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
     * @param memory of the device, now; nothing where it does not tell
     */
    Limits(int most, Supplier<Optional<DeviceMemory>> memory) {
        this.most = most;
        this.memory = memory;
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
        return limits.computeIfAbsent(group.shape(), shape -> new Limit(log2(most), memory));
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
        private final Supplier<Optional<DeviceMemory>> memory;
        private final double[] rates; // 0 where unknown
        private final int[] calls;
        private int ceiling;
        private int untilTriedAgain;
        private int level; // the rows' logarithm
        private long free; // bytes, before the first call of this level
        private long took; // by that call

        Limit(int highest, Supplier<Optional<DeviceMemory>> memory) {
            this.highest = highest;
            this.memory = memory;
            this.ceiling = highest;
            this.level = Math.min(FIRST, highest);
            this.rates = new double[highest + 1];
            this.calls = new int[highest + 1];
            this.free = free();
        }

        void measured(double rate) {
            if (--untilTriedAgain <= 0) {
                ceiling = highest;
            }
            // With a new size the runtime chooses algorithms and asks for memory.
            if (calls[level]++ == 0) {
                took = Math.max(0, free - free());
                return;
            }
            rates[level] = rates[level] == 0 ? rate : (3 * rates[level] + rate) / 4;
            if (calls[level] <= ENOUGH) {
                return;
            }
            if (level > 0 && rates[level] < GAIN * rates[level - 1]) {
                shrinkTo(level - 1);
            } else if (level < ceiling && !mayFit()) {
                shrinkTo(level);
            } else if (level < ceiling) {
                level++;
                rates[level] = 0;
                calls[level] = 0;
                free = free();
            }
        }

        /**
         * Twice as many rows add twice what the last doubling added. Where that was nothing, the
         * runtime has kept memory of earlier calls, and only trying tells.
         */
        private boolean mayFit() {
            return took == 0 || memory.get().map(now -> now.hasRoomFor(2 * took)).orElse(true);
        }

        private long free() {
            return memory.get().map(DeviceMemory::free).orElse(0L);
        }

        void shrinkTo(int lower) {
            level = Math.min(level, lower);
            ceiling = level;
            untilTriedAgain = UNTIL_TRIED_AGAIN;
        }
    }
}
