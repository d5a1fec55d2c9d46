package huafang.engine.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A model in diffusers' layout: a folder for each network, each with one safetensors file or with
 * numbered shards of one. Where a network is there in several number formats, the one without a
 * variant's name is taken, else fp16. An index beside shards says nothing that they do not say
 * themselves, and is not read.
 */
record DiffusersFolder(Path path) {
    private static final Pattern WEIGHTS =
            Pattern.compile(
                    "(?:diffusion_pytorch_model|model)(?:\\.(\\w+))?(?:-(\\d{5})-of-(\\d{5}))?(?:\\.(\\w+))?\\.safetensors");
    private static final Pattern PREDICTION =
            Pattern.compile("\"prediction_type\"\\s*:\\s*\"(\\w+)\"");
    private static final Pattern RESCALED =
            Pattern.compile("\"rescale_betas_zero_snr\"\\s*:\\s*(\\w+)");
    private static final Pattern SCHEDULER =
            Pattern.compile("\"_class_name\"\\s*:\\s*\"(EDM)\\w+\"");
    private static final Pattern PIPELINE =
            Pattern.compile("\"_class_name\"\\s*:\\s*\"(\\w{1,60})\"");
    private static final String TEXT = "text_encoder";
    private static final String SECOND_TEXT = "text_encoder_2";

    /** One network's files, and what their tensors are called in the original layout. */
    record Part(String folder, String place, List<Path> files) {
        Naming naming(Collection<String> names) {
            return switch (folder) {
                case "unet" -> new UNetNames(names);
                case "vae" -> new VaeNames(names);
                default -> tensor -> List.of(tensor.named(place + textName(tensor.name())));
            };
        }

        private static String textName(String name) {
            return name.startsWith("text_") ? name : "text_model." + name;
        }
    }

    /**
     * The networks.
     *
     * @throws CheckpointException if one that every model has is missing
     */
    List<Part> parts() {
        boolean xl = Files.isDirectory(path.resolve(SECOND_TEXT));
        boolean first = Files.isDirectory(path.resolve(TEXT));
        var parts = new ArrayList<Part>();
        parts.add(new Part("unet", Checkpoint.UNET, files("unet")));
        if (first) {
            String place = xl ? "conditioner.embedders.0" : "cond_stage_model";
            parts.add(new Part(TEXT, place + ".transformer.", files(TEXT)));
        }
        if (xl) {
            String place = "conditioner.embedders." + (first ? 1 : 0);
            parts.add(new Part(SECOND_TEXT, place + ".transformer.", files(SECOND_TEXT)));
        }
        parts.add(new Part("vae", Checkpoint.VAE, files("vae")));
        return parts;
    }

    /** All that is read of it. */
    List<Path> files() {
        var files = new ArrayList<Path>();
        parts().forEach(part -> files.addAll(part.files()));
        if (Files.isRegularFile(scheduler())) {
            files.add(scheduler());
        }
        return files;
    }

    private Path scheduler() {
        return path.resolve("scheduler/scheduler_config.json");
    }

    /** What the scheduler's configuration says of the prediction and the noise levels. */
    Map<String, String> metadata() {
        Map<String, String> stated = new HashMap<>();
        Parameterization.field(scheduler(), PREDICTION)
                .ifPresent(prediction -> stated.put(Parameterization.KEY, prediction));
        Parameterization.field(scheduler(), SCHEDULER)
                .ifPresent(edm -> stated.put(Parameterization.KEY, Parameterization.EDM));
        Parameterization.field(scheduler(), RESCALED)
                .ifPresent(rescaled -> stated.put(Parameterization.ZERO_TERMINAL, rescaled));
        return stated;
    }

    private List<Path> files(String folder) {
        Map<String, List<Path>> variants = new TreeMap<>();
        try (Stream<Path> content = Files.list(path.resolve(folder))) {
            for (Path file : content.sorted().toList()) {
                Matcher weights = WEIGHTS.matcher(file.getFileName().toString());
                if (weights.matches()) {
                    String variant = weights.group(1) != null ? weights.group(1) : weights.group(4);
                    variants.computeIfAbsent(
                                    (variant == null ? "" : variant)
                                            + (weights.group(3) == null
                                                    ? ""
                                                    : "/" + weights.group(3)),
                                    any -> new ArrayList<>())
                            .add(file);
                }
            }
        } catch (IOException e) {
            throw refusal(
                    folder,
                    Parameterization.field(path.resolve("model_index.json"), PIPELINE)
                            .map(pipeline -> "no such folder: it is for a " + pipeline)
                            .orElse("no such folder"));
        }
        for (String variant : List.of("", "fp16")) {
            for (var found : variants.entrySet()) {
                String[] words = found.getKey().split("/");
                if (words[0].equals(variant)) {
                    return complete(
                            folder,
                            found.getValue(),
                            words.length == 1 ? 1 : Integer.parseInt(words[1]));
                }
            }
        }
        if (!variants.isEmpty()) {
            throw refusal(folder, "only the variants " + variants.keySet());
        }
        throw refusal(
                folder,
                "none; pickles (.bin) are not read: save the model anew with safe_serialization=True");
    }

    private List<Path> complete(String folder, List<Path> shards, int count) {
        if (shards.size() != count) {
            throw refusal(folder, "%d of %d shards".formatted(shards.size(), count));
        }
        return shards;
    }

    private CheckpointException refusal(String folder, String found) {
        return new CheckpointException(
                "%s: expected a folder in diffusers' layout with safetensors in %s, found %s"
                        .formatted(path.getFileName(), folder, found));
    }
}
