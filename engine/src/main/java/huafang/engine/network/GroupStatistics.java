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
    GroupStatistics OWN = GroupStatistics::normalised;

    /** Groups [b, g, n] normalised. */
    Value normal(Value groups, float epsilon);

    private static Value normalised(Value groups, float epsilon) {
        float[] ones = new float[Math.toIntExact(groups.width(1))];
        Arrays.fill(ones, 1);
        return Ops.instanceNorm(
                groups,
                Value.constant(ones, ones.length),
                Value.constant(new float[ones.length], ones.length),
                epsilon);
    }

    /** As {@link #OWN}, and remembers them: after the network is built, {@link #found} is there. */
    final class Measured implements GroupStatistics {
        private final List<Value> rows = new ArrayList<>();

        @Override
        public Value normal(Value groups, float epsilon) {
            rows.add(Ops.mean(groups));
            rows.add(Ops.mean(Ops.mul(groups, groups)));
            return normalised(groups, epsilon);
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

    /** From an input "statistics" [1, r, g] as {@link #factors} makes it. */
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
        public Value normal(Value groups, float epsilon) {
            Value scale = row(groups);
            Value shift = row(groups);
            return Ops.add(Ops.mul(groups, scale), shift);
        }

        private Value row(Value groups) {
            Value row = Ops.slice(factors, 1, next, ++next);
            return Ops.reshape(row, Dim.of(1), groups.size(1), Dim.of(1));
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
