package huafang.engine.adapter;

import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.text.Embedding;
import huafang.engine.text.Embeddings;
import huafang.engine.text.PromptTags;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The small files that a prompt may use beside its checkpoint.
 *
 * @param loras that are used whatever the prompt says
 * @param folder where the LoRAs lie that prompts name, in folders of its own too
 * @param embeddings words of one's own, named as their files
 * @param embeddingFolder where more of them lie, in folders of its own too
 */
public record AddOns(
        List<Lora> loras,
        Optional<Path> folder,
        List<Path> embeddings,
        Optional<Path> embeddingFolder) {
    /** There are none. */
    public static final AddOns NONE =
            new AddOns(List.of(), Optional.empty(), List.of(), Optional.empty());

    private static final String EXTENSION = ".safetensors";

    /** How embeddings' files end; those that are no safetensors are refused when they are used. */
    private static final List<String> EMBEDDINGS = List.of(EXTENSION, ".pt", ".bin");

    private static final int DEEPEST = 5;

    /** Every one makes every call of the network a little slower. */
    private static final int MOST_LORAS = 32;

    public AddOns {
        loras = List.copyOf(loras);
        embeddings = List.copyOf(embeddings);
    }

    /**
     * The embeddings that a checkpoint can use. Those of the folder that were made for others are
     * words like any.
     *
     * @param loaded those that the checkpoint has used
     * @param loras of the picture, which may bring embeddings with them
     * @throws CheckpointException if one that was given by itself was made for others
     */
    public Embeddings embeddings(LoadedEmbeddings loaded, List<Lora> loras) {
        Map<String, Supplier<Optional<Embedding>>> byName = new LinkedHashMap<>();
        for (Path file : embeddings) {
            Embedding embedding =
                    loaded.of(file)
                            .orElseThrow(() ->
                                    new CheckpointException(
                                            "%s: expected an embedding for text of width %s, found another width"
                                                    .formatted(
                                                            file.getFileName(), loaded.widths())));
            byName.put(embedding.name(), () -> Optional.of(embedding));
        }
        for (Lora lora : loras) {
            for (Embedding embedding : loaded.broughtBy(lora.file())) {
                byName.putIfAbsent(embedding.name(), () -> Optional.of(embedding));
            }
        }
        for (Path file : files(embeddingFolder)) {
            if (isEmbedding(file)) {
                byName.putIfAbsent(EmbeddingFile.name(file), () -> loaded.of(file));
            }
        }
        return byName.isEmpty() ? Embeddings.NONE : new Embeddings(byName);
    }

    private static List<Path> files(Optional<Path> folder) {
        if (folder.isEmpty() || !Files.isDirectory(folder.get())) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder.get(), DEEPEST, FileVisitOption.FOLLOW_LINKS)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw new CheckpointException(
                    "%s cannot be read: %s".formatted(folder.get().getFileName(), e), e);
        }
    }

    /**
     * All LoRAs of a picture: its own, and those that its prompt's tags name.
     *
     * @throws CheckpointException if there is none of that name, or its weight is no number, naming
     *     it
     * @throws IllegalArgumentException if there are too many
     */
    public List<Lora> loras(List<PromptTags.Tag> tags) {
        List<Lora> all = new ArrayList<>(loras);
        for (PromptTags.Tag tag : tags) {
            switch (tag.kind()) {
                case "lora", "lyco" -> all.add(lora(tag));
                case "hypernet" ->
                        throw new CheckpointException(
                                "hypernetwork \"%s\": hypernetworks cannot be used here"
                                        .formatted(tag.value(0).orElse("")));
                default -> {} // as there
            }
        }
        if (all.size() > MOST_LORAS) {
            throw new IllegalArgumentException(
                    "the prompt: found %d LoRAs, allowed: %d".formatted(all.size(), MOST_LORAS));
        }
        return all;
    }

    private Lora lora(PromptTags.Tag tag) {
        String name = tag.value(0).orElse("");
        double text = weight(name, tag.value(1), 1);
        text = weight(name, Optional.ofNullable(tag.named().get("te")), text);
        double unet = weight(name, tag.value(2), text);
        unet = weight(name, Optional.ofNullable(tag.named().get("unet")), unet);
        return new Lora(lora(name), text, unet);
    }

    private static double weight(String name, Optional<String> text, double otherwise) {
        try {
            double weight = text.map(Double::parseDouble).orElse(otherwise);
            if (Double.isFinite(weight)) {
                return weight;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new CheckpointException(
                "LoRA \"%s\": expected a number as its weight, found \"%s\""
                        .formatted(name, text.orElse("")));
    }

    /**
     * The file of the embedding that prompts name so, if there is one.
     *
     * @throws CheckpointException if the folder cannot be read
     */
    public Optional<Path> embedding(String name) {
        return files(embeddingFolder).stream()
                .filter(AddOns::isEmbedding)
                .filter(file -> EmbeddingFile.name(file).equals(name))
                .findFirst();
    }

    private static boolean isEmbedding(Path file) {
        return EMBEDDINGS.stream().anyMatch(file.getFileName().toString()::endsWith);
    }

    /**
     * The file of the LoRA that prompts name so: the one of that name, or else one that was trained
     * under it.
     *
     * @throws CheckpointException if there is none, naming it
     */
    public Path lora(String name) {
        List<Path> files =
                files(folder).stream()
                        .filter(file -> file.getFileName().toString().endsWith(EXTENSION))
                        .toList();
        return files.stream()
                .filter(file -> file.getFileName().toString().equals(name + EXTENSION))
                .findFirst()
                .or(() -> LoraAliases.find(files, name))
                .orElseThrow(() ->
                        new CheckpointException(
                                "LoRA \"%s\": expected a file %s%s in the folder of LoRAs, found none"
                                        .formatted(name, name, EXTENSION)));
    }
}
