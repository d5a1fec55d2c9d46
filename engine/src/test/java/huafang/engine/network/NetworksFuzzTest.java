package huafang.engine.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import huafang.engine.Fuzz;
import huafang.engine.adapter.LayerNames;
import huafang.engine.adapter.Lora;
import huafang.engine.checkpoint.Checkpoint;
import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.checkpoint.DType;
import huafang.engine.checkpoint.TextConfig;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that keep the format's rules and hold another thing than a checkpoint or a LoRA. */
class NetworksFuzzTest {
    private static final String[] FAMILIES = {
        "tiny", "sd2", "xl", "refiner", "inpainting", "ssd", "bk", "eight"
    };
    private static final String[] LORAS = {
        "kohya", "peft", "locon", "loha", "lokr", "processors", "whole"
    };
    private static final Long[] LENGTHS = {
        0L,
        1L,
        2L,
        3L,
        4L,
        7L,
        31L,
        32L,
        64L,
        65L,
        77L,
        320L,
        46_000L,
        1L << 31,
        (1L << 31) - 1,
        1L << 40,
        Long.MAX_VALUE
    };
    private static final String[] NUMBERS = {
        "0", "9", "12", "99", "999999999", "99999999999999999999"
    };
    private static final String PART = "diffusion_pytorch_model.safetensors";
    private static final long MOST_BYTES = 1L << 40;

    @TempDir Path folder;

    @Test
    void noCheckpointDoesHarm() throws InterruptedException {
        Path path = folder.resolve("model.safetensors");
        Fuzz.run(
                400,
                random ->
                        write(
                                path,
                                lines("networks/" + Fuzz.one(random, FAMILIES) + ".weights"),
                                random),
                NetworksFuzzTest::build);
    }

    /** The same under the names that diffusers has for them, the VAE in a file of its own. */
    @Test
    void noVaeAndNoFolderDoHarm() throws InterruptedException, IOException {
        Path unet = Files.createDirectories(folder.resolve("model/unet")).resolve(PART);
        Path vae = Files.createDirectories(folder.resolve("model/vae")).resolve(PART);
        Fuzz.run(
                200,
                random -> {
                    String family = Fuzz.one(random, "sd2", "refiner", "ssd", "bk", "inpainting");
                    write(unet, diffusers(family, "unet"), random);
                    return write(vae, diffusers(family, "vae"), random);
                },
                file -> {
                    build(folder.resolve("model"));
                    try (Checkpoint whole = Checkpoint.open(unet, Optional.of(file))) {
                        Graphs.of(whole);
                    } catch (CheckpointException refused) {
                        // As it should be.
                    }
                });
    }

    private static List<String> diffusers(String family, String network) throws IOException {
        return lines("names/" + family + ".tsv").stream()
                .map(line -> line.split("\t"))
                .filter(cells -> cells[0].equals(network))
                .map(cells ->
                        "F16 "
                                + cells[1]
                                + Arrays.stream(cells, 3, cells.length)
                                        .collect(Collectors.joining(" ", " ", "")))
                .toList();
    }

    private static void build(Path path) {
        try (Checkpoint file = Checkpoint.open(path)) {
            Graphs graphs = Graphs.of(file);
            for (TextConfig tower : graphs.config().text()) {
                graphs.text(tower, Set.of());
            }
            graphs.unet(Set.of(), Borders.ZEROS);
            graphs.decoder(GroupStatistics.OWN, Borders.ZEROS);
        } catch (CheckpointException refused) {
            // As it should be.
        }
    }

    @Test
    void noLoraDoesHarm() throws InterruptedException {
        Path path = folder.resolve("lora.safetensors");
        LayerNames layers;
        try (Networks networks = Networks.load(GoldenWeights.write(folder, "tiny", "64x64"))) {
            layers = networks.layers();
        }
        Fuzz.run(
                1_000,
                random ->
                        write(
                                path,
                                lines("adapters/" + Fuzz.one(random, LORAS) + ".tensors"),
                                random),
                file -> {
                    try {
                        huafang.engine.adapter.Adapters.of(List.of(new Lora(file, 1, 1)), layers);
                    } catch (CheckpointException refused) {
                        // As it should be.
                    }
                });
    }

    /** A file of these tensors, a few of them others than they should be. */
    private static Path write(Path path, List<String> tensors, SplittableRandom random)
            throws IOException {
        var lines = new ArrayList<>(tensors);
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            int at = random.nextInt(lines.size());
            switch (random.nextInt(6)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.set(at, renamed(lines.get(at), random));
                case 2 -> lines.set(at, retyped(lines.get(at), random));
                default -> lines.set(at, reshaped(lines.get(at), random));
            }
        }
        var header = new StringBuilder("{");
        long end = 0;
        for (String line : lines) {
            String[] words = line.split(" ");
            long[] shape = Arrays.stream(words).skip(2).mapToLong(Long::parseLong).toArray();
            long bytes = bytes(words[0], shape);
            if (bytes < 0 || end + bytes > MOST_BYTES) {
                continue; // more than files have
            }
            header.append(
                    "%s\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                            .formatted(
                                    header.length() == 1 ? "" : ",",
                                    words[1],
                                    words[0],
                                    Arrays.toString(shape),
                                    end,
                                    end + bytes));
            end += bytes;
        }
        byte[] json = header.append('}').toString().getBytes(UTF_8);
        Files.write(
                path,
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
        try (var out = new RandomAccessFile(path.toFile(), "rw")) {
            out.seek(8);
            out.write(json);
            out.setLength(8 + json.length + end);
        }
        return path;
    }

    private static long bytes(String dtype, long[] shape) {
        if (Arrays.stream(shape).anyMatch(length -> length == 0)) {
            return 0;
        }
        try {
            return Arrays.stream(shape).reduce(DType.valueOf(dtype).bytes(), Math::multiplyExact);
        } catch (ArithmeticException tooMany) {
            return -1;
        }
    }

    /** Another number in the name, or one part of it less. */
    private static String renamed(String line, SplittableRandom random) {
        String[] words = line.split(" ", 3);
        words[1] =
                random.nextBoolean()
                        ? words[1].replaceAll("\\d+", Fuzz.one(random, NUMBERS))
                        : words[1].replaceFirst(
                                Fuzz.one(random, "\\.[^.]*$", "^[^.]*\\.", "\\..*"), "");
        return String.join(" ", words);
    }

    private static String retyped(String line, SplittableRandom random) {
        return Fuzz.one(random, DType.values()) + line.substring(line.indexOf(' '));
    }

    private static String reshaped(String line, SplittableRandom random) {
        var words = new ArrayList<>(List.of(line.split(" ")));
        int rank = words.size() - 2;
        switch (random.nextInt(3)) {
            case 0 -> words.add(2 + random.nextInt(rank + 1), Fuzz.one(random, LENGTHS).toString());
            case 1 -> {
                if (rank > 0) {
                    words.remove(2 + random.nextInt(rank));
                }
            }
            default -> {
                if (rank > 0) {
                    words.set(2 + random.nextInt(rank), Fuzz.one(random, LENGTHS).toString());
                }
            }
        }
        return words.stream().limit(10).collect(Collectors.joining(" "));
    }

    private static List<String> lines(String name) throws IOException {
        try (var file = NetworksFuzzTest.class.getResourceAsStream("/golden/" + name)) {
            return new String(file.readAllBytes(), UTF_8).lines().toList();
        }
    }
}
