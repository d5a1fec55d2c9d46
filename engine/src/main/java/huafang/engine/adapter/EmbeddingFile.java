package huafang.engine.adapter;

import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.checkpoint.Safetensors;
import huafang.engine.checkpoint.TensorInfo;
import huafang.engine.tensor.Tensor;
import huafang.engine.text.Embedding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads embeddings: one tensor of any name for models with one text encoder, {@code clip_l} and
 * {@code clip_g} for those with two.
 */
final class EmbeddingFile {
    /** How the names of embeddings in a LoRA's file begin. */
    static final String BROUGHT = "bundle_emb.";

    private static final int MOST_VECTORS = 75;

    /** For what AUTOMATIC1111 trains and for what diffusers saves. */
    static final String RECIPE =
            """
            python3 -c "import torch, safetensors.torch; \
            c = torch.load('FILE', 'cpu', weights_only=True); \
            v = next(iter((c.get('string_to_param') or c).values())); \
            safetensors.torch.save_file({'emb_params': v.detach().contiguous()}, 'FILE.safetensors')\"\
            """;

    private EmbeddingFile() {}

    /**
     * @param widths of the checkpoint's text encoders
     * @return none if it was made for other widths
     * @throws CheckpointException if the file is damaged, no safetensors, or no embedding
     */
    static List<Embedding> read(Path path, List<Integer> widths) {
        try (Safetensors file = open(path)) {
            return embedding(file, name(path), file.tensors(), widths).stream().toList();
        }
    }

    /**
     * The embeddings that lie beside a LoRA's changes, as in {@code bundle_emb.NAME.clip_l}.
     *
     * @return those that were made for these widths
     * @throws CheckpointException if the file is damaged, or one of them is no embedding
     */
    static List<Embedding> broughtBy(Path lora, List<Integer> widths) {
        try (Safetensors file = Safetensors.open(lora)) {
            Map<String, Map<String, TensorInfo>> byName = new LinkedHashMap<>();
            file.tensors()
                    .forEach((name, tensor) -> {
                        String[] words = name.split("\\.", 3);
                        if (name.startsWith(BROUGHT) && words.length == 3) {
                            byName.computeIfAbsent(words[1], key -> new LinkedHashMap<>())
                                    .put(words[2], tensor);
                        }
                    });
            return byName.entrySet().stream()
                    .flatMap(its -> embedding(file, its.getKey(), its.getValue(), widths).stream())
                    .toList();
        }
    }

    private static Optional<Embedding> embedding(
            Safetensors file, String name, Map<String, TensorInfo> all, List<Integer> widths) {
        List<TensorInfo> tensors = new ArrayList<>();
        if (all.containsKey("clip_l") && all.containsKey("clip_g")) {
            tensors.add(all.get("clip_l"));
            tensors.add(all.get("clip_g"));
        } else if (all.size() == 1) {
            tensors.addAll(all.values());
        } else {
            throw refusal(file, all.size() + " tensors");
        }
        List<Tensor> vectors =
                tensors.stream().map(tensor -> matrix(LoraFile.tensor(file, tensor))).toList();
        for (Tensor each : vectors) {
            if (each.size(0) < 1
                    || each.size(0) > MOST_VECTORS
                    || each.size(0) != vectors.getFirst().size(0)) {
                throw refusal(file, "%d vectors".formatted(each.size(0)));
            }
        }
        return vectors.stream().map(each -> each.size(1)).toList().equals(widths)
                ? Optional.of(new Embedding(name, vectors))
                : Optional.empty();
    }

    private static Safetensors open(Path path) {
        try {
            return Safetensors.open(path);
        } catch (CheckpointException e) {
            if (path.toString().endsWith(".safetensors")) {
                throw e;
            }
            throw new CheckpointException(
                    e.getMessage().replace(Safetensors.CONVERSION, RECIPE), e);
        }
    }

    /** What prompts call it: the file's name without its ending. */
    static String name(Path path) {
        return path.getFileName().toString().replaceFirst("\\.[^.]*$", "");
    }

    private static Tensor matrix(Tensor tensor) {
        int[] shape = tensor.shape();
        return shape.length == 2 ? tensor : new Tensor(tensor.data(), 1, tensor.data().length);
    }

    private static CheckpointException refusal(Safetensors file, String found) {
        return new CheckpointException(
                "%s: expected an embedding (one tensor, or clip_l and clip_g) of 1 to %d vectors, found %s"
                        .formatted(file.name(), MOST_VECTORS, found));
    }
}
