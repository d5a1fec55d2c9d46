package huafang.downloader;

import huafang.contracts.catalogue.AddOn;
import huafang.engine.checkpoint.Checkpoint;
import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.checkpoint.ModelConfig;
import huafang.engine.checkpoint.Safetensors;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a file's header says; nothing where there is a problem.
 *
 * @param width of a checkpoint, native, in pixels
 * @param height likewise
 * @param problem a sentence if no image can be made with it, else null
 * @param family which model a checkpoint is, in the words that people know
 * @param textWidth of a checkpoint, how wide the text is that its network reads; of an embedding,
 *     what it is made for
 * @param vectors of an embedding
 * @param alias of a LoRA, the name that it had when it was trained; null where it does not say
 */
record Examination(
        int width,
        int height,
        String problem,
        String family,
        int textWidth,
        int vectors,
        String alias) {
    /** Of a file that has not been looked at. */
    static final Examination UNKNOWN = refused(null);

    static Examination refused(String problem) {
        return new Examination(0, 0, problem, null, 0, 0, null);
    }

    static Examination of(Path file) {
        return guarded(
                file,
                () -> {
                    try (var checkpoint = Checkpoint.open(file)) {
                        var model = ModelConfig.detect(checkpoint);
                        return new Examination(
                                model.width(),
                                model.height(),
                                null,
                                model.description(),
                                model.unet().contextWidth(),
                                0,
                                null);
                    }
                });
    }

    static Examination of(AddOn.Kind kind, Path file) {
        return guarded(
                file,
                () -> {
                    try (var tensors = Safetensors.open(file)) {
                        return switch (kind) {
                            case LORA -> lora(tensors);
                            case UPSCALER -> UNKNOWN;
                            case VAE -> vae(tensors);
                            case EMBEDDING -> embedding(tensors);
                        };
                    }
                });
    }

    /** Kohya's scripts write down what they call it. */
    private static Examination lora(Safetensors file) {
        return new Examination(0, 0, null, null, 0, 0, file.metadata().get("ss_output_name"));
    }

    private static Examination vae(Safetensors file) {
        return file.tensors().keySet().stream().anyMatch(name -> name.contains("decoder."))
                ? UNKNOWN
                : refused(file.name() + ": expected a VAE, found a file without a decoder");
    }

    /** One tensor, or for models with two text encoders {@code clip_l} and {@code clip_g}. */
    private static Examination embedding(Safetensors file) {
        boolean isPair = file.find("clip_l").isPresent() && file.find("clip_g").isPresent();
        if (!isPair && file.tensors().size() != 1) {
            return refused(
                    "%s: expected an embedding (one tensor, or clip_l and clip_g), found %d tensors"
                            .formatted(file.name(), file.tensors().size()));
        }
        List<List<Long>> shapes =
                isPair
                        ? List.of(
                                file.find("clip_l").get().shape(),
                                file.find("clip_g").get().shape())
                        : file.tensors().values().stream().map(t -> t.shape()).toList();
        if (shapes.stream().anyMatch(List::isEmpty)) {
            return refused(file.name() + ": expected an embedding, found a single number");
        }
        long width = shapes.stream().mapToLong(List::getLast).sum();
        List<Long> first = shapes.getFirst();
        long vectors = first.size() == 1 ? 1 : first.getFirst();
        return new Examination(0, 0, null, null, (int) width, (int) vectors, null);
    }

    private static Examination guarded(Path file, Supplier<Examination> examiner) {
        try {
            return examiner.get();
        } catch (CheckpointException refused) {
            return refused(refused.getMessage());
        } catch (InternalError shrunk) {
            // The mapped file became shorter while its header was read.
            return refused(file.getFileName() + " changes while it is read.");
        }
    }
}
