package huafang.engine.network;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.graph.Dim;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What convolutions see beyond a picture's edges. */
interface Borders {
    /** Zeros. */
    Borders ZEROS = Ops::conv;

    /** A convolution that keeps the size, or halves it at stride 2; the bias may be null. */
    Value conv(Value x, Value weight, Value bias, int stride);

    /**
     * What each run asks for: zeros, or the opposite edge, so that pictures can be laid side by
     * side. The picture is made larger by what lies opposite, or by nothing, and the result cut to
     * its size; without that, all numbers are those of {@link #ZEROS}.
     */
    final class Chosen implements Borders {
        private static final String WRAP = "borders/wrap";
        private static final String FROM = "borders/from";
        private static final String TO = "borders/to";
        private static final int HEIGHT_AND_WIDTH = 2;
        private static final int EDGES = 8; // the beginnings of all four dimensions, then the ends

        private final Value wrap = Value.input(WRAP, Type.INT64, Dim.of(EDGES));
        private final Value from = Value.input(FROM, Type.INT64, Dim.of(HEIGHT_AND_WIDTH));
        private final Value to = Value.input(TO, Type.INT64, Dim.of(HEIGHT_AND_WIDTH));

        @Override
        public Value conv(Value x, Value weight, Value bias, int stride) {
            Value zeros = Ops.conv(x, weight, bias, stride);
            if (weight.width(2) == 1) {
                return zeros;
            }
            Value wrapped = Ops.wrap(x, stride == 1 ? wrap : Ops.add(wrap, wrap));
            return Ops.cut(Ops.conv(wrapped, weight, bias, stride), from, to, zeros.shape());
        }

        /** The inputs of a run. */
        static Map<String, OnnxTensor> inputs(boolean wrapped) throws OrtException {
            long edge = wrapped ? 1 : 0;
            long end = wrapped ? -1 : Long.MAX_VALUE;
            long[] ends = new long[HEIGHT_AND_WIDTH];
            Arrays.fill(ends, end);
            Map<String, OnnxTensor> inputs = new HashMap<>();
            inputs.put(WRAP, Network.longs(new long[] {0, 0, edge, edge, 0, 0, edge, edge}, EDGES));
            inputs.put(FROM, Network.longs(new long[] {edge, edge}, HEIGHT_AND_WIDTH));
            inputs.put(TO, Network.longs(ends, HEIGHT_AND_WIDTH));
            return inputs;
        }
    }
}
