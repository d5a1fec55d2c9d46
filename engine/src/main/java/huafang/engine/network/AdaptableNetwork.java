package huafang.engine.network;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.adapter.Adapters;
import huafang.engine.adapter.KroneckerName;
import huafang.engine.graph.Value;
import huafang.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Pattern;

/**
 * A network whose weights adapters may change, and whose convolutions may see the opposite edge.
 * Until the first adapter comes it is as if there were none; then it is built anew, with inputs
 * beside the weights that adapters like it reach, and from then on adapters change from run to run;
 * so it is with edges. Any number of threads may run it at once.
 */
final class AdaptableNetwork implements AutoCloseable {
    private static final Pattern TRANSFORMER =
            Pattern.compile("\\.(transformer_blocks|proj_in|proj_out|encoder\\.layers)\\.");

    /** Every call pays for what any picture has asked for: few LoRAs are Kronecker products. */
    private static final int MOST_FORMS = 5;

    private final Device device;
    private final Network.Use use;
    private final Graph graph;
    private final Map<String, List<Long>> weights;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Set<String> adapted = new HashSet<>();
    private final Map<String, List<Long>> passed = new HashMap<>();
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
    AdaptableNetwork(Device device, Network.Use use, Graph graph, Map<String, List<Long>> weights) {
        this.device = device;
        this.use = use;
        this.graph = graph;
        this.weights = weights;
        this.plain = graph.of(Set.of(), Borders.ZEROS);
    }

    /** Loads it without changes. */
    void load() {
        network = Network.load(device, plain, use);
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
        Map<String, OnnxTensor> all = new HashMap<>(inputs);
        try {
            lockReady(wanted(adapters), wrapped);
            try {
                AdapterInputs.add(all, passed, adapters);
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

    /** Has all that these changes and edges need, so that runs do not wait for it. */
    void prepare(Adapters adapters, boolean wrapped) {
        lockReady(wanted(adapters), wrapped);
        lock.readLock().unlock();
    }

    private Set<String> wanted(Adapters adapters) {
        Set<String> wanted = new HashSet<>(adapters.changes().keySet());
        wanted.removeIf(name -> !weights.containsKey(KroneckerName.weightOf(name)));
        return wanted;
    }

    /** Takes the lock for reading when all that is wanted is there. */
    private void lockReady(Set<String> wanted, boolean wrapped) {
        lock.readLock().lock();
        while (!isReady(wanted, wrapped)) {
            lock.readLock().unlock();
            extend(wanted, wrapped);
            lock.readLock().lock();
        }
    }

    private boolean isReady(Set<String> wanted, boolean wrapped) {
        return network != null && adapted.containsAll(wanted) && (bordered || !wrapped);
    }

    /** One at a time, while others run what is there, where the device lets two share weights. */
    private synchronized void extend(Set<String> wanted, boolean wrapped) {
        if (isReady(wanted, wrapped)) {
            return;
        }
        boolean borders = bordered || wrapped;
        Set<String> names = new HashSet<>(adapted);
        names.addAll(wanted);
        if (names.stream().map(KroneckerName::formOf).distinct().count() > MOST_FORMS) {
            names.removeIf(name -> !KroneckerName.formOf(name).isEmpty() && !wanted.contains(name));
        }
        Set<String> pairs = new HashSet<>(wanted);
        pairs.retainAll(weights.keySet());
        names.addAll(pairs.isEmpty() ? pairs : reserved(pairs));
        List<Value> outputs = graph.of(names, borders ? new Borders.Chosen() : Borders.ZEROS);
        boolean beside = network != null && device.readsWeightsInPlace();
        Network other = beside ? network.reshaped(device, outputs, use) : null;
        lock.writeLock().lock();
        try {
            close(); // before the other one where two would need twice the memory
            network = beside ? other : Network.load(device, outputs, use);
            // Where it cannot be loaded, who wants less must not wait for as much.
            bordered = borders;
            adapted.clear();
            adapted.addAll(names);
            passed.clear();
            for (String name : names) {
                if (network.takes(AdapterInputs.of(name))) {
                    passed.put(name, weights.get(KroneckerName.weightOf(name)));
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /**
     * All that adapters like one that wants these may want. Nearly all LoRAs change a model's
     * transformers and nothing else, some of them all layers of these; the others change about
     * everything.
     */
    private Set<String> reserved(Set<String> wanted) {
        Set<String> transformers = new HashSet<>(weights.keySet());
        transformers.removeIf(name -> !TRANSFORMER.matcher(name).find());
        return transformers.containsAll(wanted) ? transformers : weights.keySet();
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
