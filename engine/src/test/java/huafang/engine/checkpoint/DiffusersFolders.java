package huafang.engine.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes folders under diffusers' own names (tools/golden/names.py). */
public final class DiffusersFolders {
    private DiffusersFolders() {}

    /** A tensor as diffusers calls it, and as the original does. */
    private record Pair(String folder, String name, String original, List<Long> shape) {
        static Pair parse(String line) {
            String[] cells = line.split("\t");
            return new Pair(
                    cells[0],
                    cells[1],
                    cells[2],
                    Arrays.stream(cells).skip(3).map(Long::valueOf).toList());
        }
    }

    /**
     * Writes one of the golden checkpoints as diffusers lays it out, the U-Net in so many shards.
     *
     * @return the folder of it, in the one that is given
     */
    public static Path write(Path folder, String name, Checkpoint file, int shards)
            throws IOException {
        List<Pair> pairs = new ArrayList<>(pairs(name));
        for (String tensor : useful(file)) {
            int at = tensor.indexOf(".transformer.");
            if (at >= 0) {
                boolean second =
                        tensor.startsWith("conditioner.embedders.1") || name.equals("refiner");
                pairs.add(
                        new Pair(
                                second ? "text_encoder_2" : "text_encoder",
                                tensor.substring(at + ".transformer.".length()),
                                tensor,
                                file.find(tensor).orElseThrow().shape()));
            }
        }
        Path target = folder.resolve(name + "-diffusers");
        for (String part : pairs.stream().map(Pair::folder).distinct().toList()) {
            List<Pair> its = pairs.stream().filter(pair -> pair.folder.equals(part)).toList();
            String stem = part.startsWith("text") ? "model" : "diffusion_pytorch_model";
            Files.createDirectories(target.resolve(part));
            int count = part.equals("unet") ? shards : 1;
            for (int i = 0; i < count; i++) {
                String number = count == 1 ? "" : "-%05d-of-%05d".formatted(i + 1, count);
                int from = i * its.size() / count;
                int to = (i + 1) * its.size() / count;
                write(
                        target.resolve(part).resolve(stem + number + ".safetensors"),
                        its.subList(from, to),
                        file);
            }
        }
        return target;
    }

    private static void write(Path path, List<Pair> pairs, Checkpoint file) throws IOException {
        var header = new StringBuilder("{");
        var data = new ByteArrayOutputStream();
        for (Pair pair : pairs) {
            byte[] bytes = bytes(file, pair.original);
            header.append(data.size() == 0 ? "" : ",")
                    .append(
                            "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                                    .formatted(
                                            pair.name,
                                            file.find(pair.original).orElseThrow().dtype(),
                                            pair.shape,
                                            data.size(),
                                            data.size() + bytes.length));
            data.writeBytes(bytes);
        }
        byte[] json = header.append('}').toString().getBytes(UTF_8);
        var out = new ByteArrayOutputStream();
        out.writeBytes(
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
        out.writeBytes(json);
        out.writeBytes(data.toByteArray());
        Files.write(path, out.toByteArray());
    }

    /** All but what only OpenCLIP's own layout has. */
    static List<String> useful(Checkpoint file) {
        List<String> names = new ArrayList<>();
        for (String name : file.names()) {
            if (!name.endsWith("logit_scale")) {
                names.add(name);
            }
        }
        return names;
    }

    static byte[] bytes(Checkpoint file, String name) {
        return file.bytes(file.find(name).orElseThrow()).toArray(ValueLayout.JAVA_BYTE);
    }

    private static List<Pair> pairs(String name) throws IOException {
        try (var in =
                DiffusersFolders.class.getResourceAsStream("/golden/names/" + name + ".tsv")) {
            return new String(in.readAllBytes(), UTF_8).lines().map(Pair::parse).toList();
        }
    }
}
