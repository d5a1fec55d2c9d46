package huafang.engine.network;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.adapter.Adapters;
import huafang.engine.graph.Value;
import huafang.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * A network whose weights adapters may change. Until the first adapter comes it is as if there were
 * none; then it is built anew, once, with inputs beside the weights that adapters have reached so
 * far, and from then on adapters change from run to run. Any number of threads may run it at once.
 */
final class AdaptableNetwork implements AutoCloseable {
    private final Device device;
    private final Function<Set<String>, List<Value>> graph;
    private final Map<String, List<Long>> weights;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<String, List<Long>> adapted = new HashMap<>();
    private final List<Value> plain;
    private Network network;

    /**
     * Builds it, which tells what is wrong with a checkpoint.
     *
     * @param device that it will run on
     * @param graph the outputs, given the names of the weights beside which changes are passed
     * @param weights shapes of all that can be changed, by name
     */
    AdaptableNetwork(
            Device device,
            Function<Set<String>, List<Value>> graph,
            Map<String, List<Long>> weights) {
        this.device = device;
        this.graph = graph;
        this.weights = weights;
        this.plain = graph.apply(Set.of());
    }

    /** Loads it without changes. */
    void load() {
        network = Network.load(device, plain);
    }

    /** Runs it for one of its outputs, with these changes to its weights. */
    Tensor run(Map<String, OnnxTensor> inputs, int output, Adapters adapters) throws OrtException {
        List<String> wanted =
                adapters.changes().keySet().stream().filter(weights::containsKey).toList();
        lock.readLock().lock();
        try {
            while (network == null || !adapted.keySet().containsAll(wanted)) {
                lock.readLock().unlock();
                extend(wanted);
                lock.readLock().lock();
            }
            Map<String, OnnxTensor> all = new HashMap<>(inputs);
            all.putAll(AdapterInputs.of(adapted, adapters));
            return network.run(all, output);
        } finally {
            lock.readLock().unlock();
        }
    }

    private void extend(List<String> wanted) {
        lock.writeLock().lock();
        try {
            if (network != null && adapted.keySet().containsAll(wanted)) {
                return;
            }
            wanted.forEach(name -> adapted.put(name, weights.get(name)));
            close(); // two would need twice the memory
            network = Network.load(device, graph.apply(Set.copyOf(adapted.keySet())));
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Nobody may be running it any more. */
    @Override
    public void close() {
        if (network != null) {
            Network closed = network;
            network = null;
            closed.close();
        }
    }
}
