package huafang.engine.adapter;

import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.checkpoint.Safetensors;
import huafang.engine.checkpoint.TensorInfo;
import huafang.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Reads LoRA, LoCon, LoHa and LoKr files, as kohya's scripts, PEFT and diffusers write them. */
final class LoraFile implements AutoCloseable {
    private static final int MOST_NAMED = 3;

    /** The largest layer of all families, a convolution of SDXL, has 29 million. */
    static final int MOST_NUMBERS = 1 << 25;

    /** How names end, and which of a layer's tensors that is; the first that fits. */
    private static final String[][] ROLES = {
        {".lora_down.weight", "down"},
        {".lora_up.weight", "up"},
        {".lora_mid.weight", "mid"},
        {".lora_A.weight", "down"},
        {".lora_B.weight", "up"},
        {".lora_A.default.weight", "down"},
        {".lora_B.default.weight", "up"},
        {".lora.down.weight", "down"},
        {".lora.up.weight", "up"},
        {".lora_linear_layer.down.weight", "down"},
        {".lora_linear_layer.up.weight", "up"},
        {"_lora.down.weight", "down"},
        {"_lora.up.weight", "up"},
        {".hada_w1_a", "w1_a"},
        {".hada_w1_b", "w1_b"},
        {".hada_w2_a", "w2_a"},
        {".hada_w2_b", "w2_b"},
        {".hada_t1", "t1"},
        {".hada_t2", "t2"},
        {".lokr_w1", "k1"},
        {".lokr_w1_a", "k1_a"},
        {".lokr_w1_b", "k1_b"},
        {".lokr_w2", "k2"},
        {".lokr_w2_a", "k2_a"},
        {".lokr_w2_b", "k2_b"},
        {".lokr_t2", "kt2"},
        {".diff", "diff"},
        {".alpha", "alpha"}
    };

    /** Changes of other kinds, by how the names of their tensors end. */
    private static final String[][] OTHERS = {
        {".dora_scale", "a weight-decomposed one (DoRA)"},
        {".dora_scale_out", "a weight-decomposed one (DoRA)"},
        {".lora_magnitude_vector", "a weight-decomposed one (DoRA)"},
        {".diff_b", "changes to biases"},
        {".w_norm", "changes to normalisations"},
        {".b_norm", "changes to normalisations"},
        {".oft_blocks", "an OFT file"},
        {".oft_diag", "an OFT file"},
        {".on_input", "an IA3 file"},
        {".a1.weight", "a GLoRA file"}
    };

    private final Safetensors file;
    private final Map<LayerNames.Layer, Map<String, TensorInfo>> layers = new LinkedHashMap<>();

    private LoraFile(Safetensors file) {
        this.file = file;
    }

    /**
     * Finds what a file has for which of the checkpoint's layers.
     *
     * @throws CheckpointException if the file is damaged, or holds a tensor that nothing can be
     *     made of, naming it
     */
    static LoraFile open(Path path, LayerNames names) {
        Safetensors file = Safetensors.open(path);
        try {
            var lora = new LoraFile(file);
            List<String> unknown =
                    file.tensors().values().stream()
                            .filter(tensor -> !lora.add(tensor, names))
                            .map(TensorInfo::name)
                            .toList();
            if (!unknown.isEmpty() || lora.layers.isEmpty()) {
                throw new CheckpointException(
                        "%s: expected a LoRA for this checkpoint's layers, found %s"
                                .formatted(file.name(), words(unknown)));
            }
            return lora;
        } catch (RuntimeException refused) {
            file.close();
            throw refused;
        }
    }

    private boolean add(TensorInfo tensor, LayerNames names) {
        if (tensor.name().startsWith(EmbeddingFile.BROUGHT)) {
            return true; // no change of a layer, but a word that prompts may use
        }
        for (String[] role : ROLES) {
            if (tensor.name().endsWith(role[0])) {
                String name = tensor.name().substring(0, tensor.name().length() - role[0].length());
                var layer = names.find(name);
                if (layer.isPresent()) {
                    layers.computeIfAbsent(layer.get(), key -> new LinkedHashMap<>())
                            .put(role[1], tensor);
                }
                return layer.isPresent();
            }
        }
        return false;
    }

    /** The layers that it changes. */
    Set<LayerNames.Layer> layers() {
        return layers.keySet();
    }

    /**
     * The change that it asks for, which is read now: all together would need memory that one layer
     * does not.
     *
     * @throws CheckpointException if nothing can be made of its tensors
     */
    Difference change(LayerNames.Layer layer) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        layers.get(layer).forEach((role, tensor) -> tensors.put(role, tensor(file, tensor)));
        try {
            return Factors.of(tensors, layer.out(), layer.columns());
        } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new CheckpointException(
                    "%s: what is for \"%s\" cannot be used: %s"
                            .formatted(file.name(), layer.weight(), e.getMessage()),
                    e);
        }
    }

    @Override
    public void close() {
        file.close();
    }

    private static String words(List<String> unknown) {
        if (unknown.isEmpty()) {
            return "no tensors";
        }
        List<String> some =
                unknown.stream().limit(MOST_NAMED).map(name -> "\"" + name + "\"").toList();
        int more = unknown.size() - some.size();
        String kind =
                Stream.of(OTHERS)
                        .filter(other -> unknown.stream().anyMatch(it -> it.endsWith(other[0])))
                        .map(other -> ": " + other[1])
                        .findFirst()
                        .orElse("");
        return String.join(", ", some) + (more == 0 ? "" : " and %d more".formatted(more)) + kind;
    }

    /** Reads a tensor, which is not empty, nor larger than any layer is. */
    static Tensor tensor(Safetensors file, TensorInfo tensor) {
        long count = tensor.bytes() / tensor.dtype().bytes();
        if (count < 1 || count > MOST_NUMBERS) {
            throw new CheckpointException(
                    "%s: expected \"%s\" with 1 to %,d numbers, found shape %s"
                            .formatted(file.name(), tensor.name(), MOST_NUMBERS, tensor.shape()));
        }
        int[] shape = tensor.shape().stream().mapToInt(Math::toIntExact).toArray();
        return new Tensor(file.floats(tensor), shape);
    }
}
