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
import java.util.function.UnaryOperator;

/** What convolutions see beyond a picture's edges. */
interface Borders {
    /** Zeros. */
    Borders ZEROS = (x, stride, height, conv) -> conv.apply(x);

    /**
     * A picture's convolution.
     *
     * @param stride 1, which keeps the size, or 2, which halves it
     * @param height the dimension of its lines, before that of its columns
     * @param conv the convolution that sees zeros
     */
    Value seenBy(Value x, int stride, int height, UnaryOperator<Value> conv);

    /** The same of [b, c, h, w]; the bias may be null. */
    default Value conv(Value x, Value weight, Value bias, int stride) {
        UnaryOperator<Value> conv = seen -> Ops.conv(seen, weight, bias, stride);
        return weight.width(2) == 1 ? conv.apply(x) : seenBy(x, stride, 2, conv);
    }

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

        /** Where the edges of [b, h, w, c] stand among those of [b, c, h, w]. */
        private static final Value CHANNELS_LAST =
                Value.constant(new long[] {0, 2, 3, 1, 4, 6, 7, 5}, EDGES);

        private final Value wrap = Value.input(WRAP, Type.INT64, Dim.of(EDGES));
        private final Value from = Value.input(FROM, Type.INT64, Dim.of(HEIGHT_AND_WIDTH));
        private final Value to = Value.input(TO, Type.INT64, Dim.of(HEIGHT_AND_WIDTH));

        @Override
        public Value seenBy(Value x, int stride, int height, UnaryOperator<Value> conv) {
            Value edges = height == 2 ? wrap : Ops.gather(wrap, CHANNELS_LAST);
            Value wrapped = Ops.wrap(x, stride == 1 ? edges : Ops.add(edges, edges), height);
            return Ops.cut(conv.apply(wrapped), from, to, conv.apply(x).shape(), height);
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
