package huafang.engine.network;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import huafang.engine.graph.Model;
import huafang.engine.graph.Value;
import huafang.engine.tensor.Tensor;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A model that ONNX Runtime has loaded. Any number of threads may run it at once. */
final class Network implements AutoCloseable {
    private static final OrtEnvironment RUNTIME = OrtEnvironment.getEnvironment();

    /**
     * Bytes of weights from which the runtime makes no second copy of matrices, laid out anew: it
     * would take a third more memory and time to load, and makes calls of large networks but 1 to 5
     * % faster at 512×512 (those of small ones 10 %).
     */
    private static final long LARGE = 1L << 28;

    private final OrtSession session;
    private final SessionWeights weights;
    private final String shrunk;

    /** How often a network is run. */
    enum Use {
        /** Many times for each picture. */
        STEPS,
        /** A few times for each picture, and with much memory. */
        PICTURES
    }

    private Network(OrtSession session, SessionWeights weights, String shrunk) {
        this.session = session;
        this.weights = weights;
        this.shrunk = shrunk;
    }

    /**
     * Loads a network that computes these values; their names are their places in the list. The
     * weights' memory must stay until the network is closed.
     */
    static Network load(Device device, List<Value> outputs, Use use) {
        return load(device, outputs, use, SessionWeights::new);
    }

    /** Loads another network with these weights, sharing memory with this one. */
    Network reshaped(Device device, List<Value> outputs, Use use) {
        return load(device, outputs, use, weights::of);
    }

    private static Network load(
            Device device,
            List<Value> outputs,
            Use use,
            Function<Collection<Value.Weight>, SessionWeights> reading) {
        Map<String, Value> named = new LinkedHashMap<>();
        outputs.forEach(output -> named.put(name(named.size()), output));
        Model model = Model.of(named);
        SessionWeights weights = reading.apply(model.weights().values());
        try (var options = new OrtSession.SessionOptions()) {
            // The next level makes calls some 5 % faster but takes twice the time to load a large
            // model.
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.EXTENDED_OPT);
            // Threads wait for the next operator awake, but not so long that they take the
            // processors from others.
            options.addConfigEntry("session.intra_op.spin_duration_us", "20");
            device.configure(options);
            weights.passTo(options, device.readsWeightsInPlace());
            if (weights.size() > LARGE) {
                options.addConfigEntry("session.disable_prepacking", "1");
            }
            return new Network(
                    RUNTIME.createSession(model.onnx(), options), weights, device.shrunk(use));
        } catch (OrtException e) {
            weights.close();
            throw new IllegalStateException(
                    "ONNX Runtime cannot load the network: " + e.getMessage(), e);
        }
    }

    /** An input of floats. */
    static OnnxTensor floats(Tensor tensor) throws OrtException {
        return OnnxTensor.createTensor(
                RUNTIME,
                FloatBuffer.wrap(tensor.data()),
                Arrays.stream(tensor.shape()).asLongStream().toArray());
    }

    /** An input of floats in memory of the runtime's own kind, which it reads in place. */
    static OnnxTensor floats(FloatBuffer direct, long... shape) throws OrtException {
        return OnnxTensor.createTensor(RUNTIME, direct.duplicate(), shape);
    }

    /** An input of whole numbers. */
    static OnnxTensor longs(long[] data, int... shape) throws OrtException {
        return OnnxTensor.createTensor(
                RUNTIME, LongBuffer.wrap(data), Arrays.stream(shape).asLongStream().toArray());
    }

    /** Whether it has an input of this name. */
    boolean takes(String input) {
        return session.getInputNames().contains(input);
    }

    private static String name(int output) {
        return "output_" + output;
    }

    /** Runs it for one of its outputs and closes the inputs. */
    Tensor run(Map<String, OnnxTensor> inputs, int output) throws OrtException {
        try (var options = new OrtSession.RunOptions()) {
            // One large picture must not hold its memory for ever; asking for it anew costs nothing
            // that can be measured.
            options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", shrunk);
            return run(inputs, name(output), options);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private Tensor run(Map<String, OnnxTensor> inputs, String name, OrtSession.RunOptions options)
            throws OrtException {
        try (OrtSession.Result result = session.run(inputs, Set.of(name), options)) {
            var output = (OnnxTensor) result.get(name).orElseThrow();
            int[] shape =
                    Arrays.stream(output.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
            return new Tensor(output.getFloatBuffer().array(), shape);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime cannot free the network: " + e.getMessage(), e);
        } finally {
            weights.close();
        }
    }
}
