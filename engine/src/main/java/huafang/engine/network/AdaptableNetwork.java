package huafang.engine.network;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.adapter.Adapters;
import huafang.engine.graph.Value;
import huafang.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A network whose weights adapters may change, and whose convolutions may see the opposite edge.
 * Until the first adapter comes it is as if there were none; then it is built anew, once, with
 * inputs beside the weights that adapters have reached so far, and from then on adapters change
 * from run to run; so it is with edges. Any number of threads may run it at once.
 */
final class AdaptableNetwork implements AutoCloseable {
    private final Device device;
    private final Graph graph;
    private final Map<String, List<Long>> weights;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<String, List<Long>> adapted = new HashMap<>();
    private boolean bordered;
    private final List<Value> plain;
    private Network network;

    /** Outputs, given the names of the weights beside which changes are passed, and edges. */
    interface Graph {
        List<Value> of(Set<String> adapted, Borders borders);
    }

    /**
     * Builds it, which tells what is wrong with a checkpoint.
     *
     * @param device that it will run on
     * @param weights shapes of all that can be changed, by name
     */
    AdaptableNetwork(Device device, Graph graph, Map<String, List<Long>> weights) {
        this.device = device;
        this.graph = graph;
        this.weights = weights;
        this.plain = graph.of(Set.of(), Borders.ZEROS);
    }

    /** Loads it without changes. */
    void load() {
        network = Network.load(device, plain);
    }

    /** Runs it for one of its outputs, with these changes to its weights. */
    Tensor run(Map<String, OnnxTensor> inputs, int output, Adapters adapters) throws OrtException {
        return run(inputs, output, adapters, false);
    }

    /**
     * The same.
     *
     * @param wrapped whether convolutions see the opposite edge
     */
    Tensor run(Map<String, OnnxTensor> inputs, int output, Adapters adapters, boolean wrapped)
            throws OrtException {
        List<String> wanted =
                adapters.changes().keySet().stream().filter(weights::containsKey).toList();
        Map<String, OnnxTensor> all = new HashMap<>(inputs);
        try {
            lockReady(wanted, wrapped);
            try {
                AdapterInputs.add(all, adapted, adapters);
                if (bordered) {
                    all.putAll(Borders.Chosen.inputs(wrapped));
                }
                return network.run(all, output);
            } finally {
                lock.readLock().unlock();
            }
        } finally {
            all.values().stream().filter(it -> !it.isClosed()).forEach(OnnxTensor::close);
        }
    }

    /** Takes the lock for reading when all that is wanted is there. */
    private void lockReady(List<String> wanted, boolean wrapped) {
        lock.readLock().lock();
        while (!isReady(wanted, wrapped)) {
            lock.readLock().unlock();
            extend(wanted, wrapped);
            lock.readLock().lock();
        }
    }

    private boolean isReady(List<String> wanted, boolean wrapped) {
        return network != null && adapted.keySet().containsAll(wanted) && (bordered || !wrapped);
    }

    private void extend(List<String> wanted, boolean wrapped) {
        lock.writeLock().lock();
        try {
            if (isReady(wanted, wrapped)) {
                return;
            }
            boolean borders = bordered || wrapped;
            Set<String> names = new HashSet<>(adapted.keySet());
            names.addAll(wanted);
            List<Value> outputs = graph.of(names, borders ? new Borders.Chosen() : Borders.ZEROS);
            close(); // two would need twice the memory
            network = Network.load(device, outputs);
            // Where it cannot be loaded, who wants less must not wait for as much.
            bordered = borders;
            names.forEach(name -> adapted.put(name, weights.get(name)));
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
