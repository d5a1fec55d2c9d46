package huafang.engine.network;

import huafang.engine.graph.Dim;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import huafang.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where a network's group normalisations have their means and variances from. */
interface GroupStatistics {
    /** From each picture itself. */
    GroupStatistics OWN =
            (x, count, scale, shift, epsilon) ->
                    normalised(x, groups(x, count), scale, shift, epsilon);

    /**
     * A picture [b, c, h, w] normalised in so many groups of channels, then scaled and shifted.
     *
     * @param scale of each channel, [c]
     * @param shift likewise
     */
    Value normal(Value x, int groups, Value scale, Value shift, float epsilon);

    /** Every group as one channel: [b, g, n]. */
    private static Value groups(Value x, int count) {
        long channels = x.width(1) / count;
        Dim grouped = x.size(2).times(x.size(3)).map("%s*" + channels, n -> n * channels);
        return Ops.reshape(x, x.size(0), Dim.of(count), grouped);
    }

    private static Value normalised(
            Value x, Value groups, Value scale, Value shift, float epsilon) {
        float[] ones = new float[Math.toIntExact(groups.width(1))];
        Arrays.fill(ones, 1);
        Value normal =
                Ops.instanceNorm(
                        groups,
                        Value.constant(ones, ones.length),
                        Value.constant(new float[ones.length], ones.length),
                        epsilon);
        return shifted(Ops.reshapeLike(normal, x), scale, shift);
    }

    private static Value shifted(Value x, Value scale, Value shift) {
        return Ops.add(Ops.mul(x, perChannel(scale)), perChannel(shift));
    }

    private static Value perChannel(Value x) {
        return Ops.reshape(x, x.size(0), Dim.of(1), Dim.of(1));
    }

    /** As {@link #OWN}, and remembers them: after the network is built, {@link #found} is there. */
    final class Measured implements GroupStatistics {
        private final List<Value> rows = new ArrayList<>();

        @Override
        public Value normal(Value x, int count, Value scale, Value shift, float epsilon) {
            Value groups = groups(x, count);
            rows.add(Ops.mean(groups));
            rows.add(Ops.mean(Ops.mul(groups, groups)));
            return normalised(x, groups, scale, shift, epsilon);
        }

        /**
         * The groups' means and means of squares, a pair of rows for each normalisation: [1, r, g].
         */
        Value found() {
            return rows.stream()
                    .map(row -> Ops.transpose(row, 0, 2, 1))
                    .reduce((a, b) -> Ops.concat(a, b, 1))
                    .orElseThrow();
        }
    }

    /**
     * From an input "statistics" [1, r, g] as {@link #factors} makes it. What a group and what a
     * channel is multiplied with become one number first, so that a picture is gone over twice and
     * not four times.
     */
    final class Given implements GroupStatistics {
        private final Value factors;
        private int next;

        /**
         * @param rows how many there are
         */
        Given(long rows, long groups) {
            factors =
                    Value.input("statistics", Type.FLOAT, Dim.of(1), Dim.of(rows), Dim.of(groups));
        }

        @Override
        public Value normal(Value x, int count, Value scale, Value shift, float epsilon) {
            Dim groups = Dim.of(count);
            Dim each = Dim.of(x.width(1) / count);
            Value grouped = Ops.reshape(scale, groups, each);
            Value factor = Ops.mul(grouped, row(groups));
            Value summand =
                    Ops.add(Ops.mul(grouped, row(groups)), Ops.reshape(shift, groups, each));
            return shifted(x, Ops.reshape(factor, x.size(1)), Ops.reshape(summand, x.size(1)));
        }

        private Value row(Dim groups) {
            return Ops.reshape(Ops.slice(factors, 1, next, ++next), groups, Dim.of(1));
        }
    }

    /** What {@link Given} multiplies with and adds, from what {@link Measured} found. */
    static Tensor factors(Tensor found, float epsilon) {
        int groups = found.size(2);
        Tensor factors = Tensor.zeros(found.shape());
        for (int i = 0; i < found.data().length; i++) {
            if (i / groups % 2 == 0) {
                double mean = found.data()[i];
                double variance = found.data()[i + groups] - mean * mean;
                double scale = 1 / Math.sqrt(Math.max(variance, 0) + epsilon);
                factors.data()[i] = (float) scale;
                factors.data()[i + groups] = (float) (-mean * scale);
            }
        }
        return factors;
    }
}
