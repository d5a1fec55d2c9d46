package huafang.engine.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.network.GoldenWeights;
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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Other layouts and several files, against diffusers' own names (tools/golden/names.py). */
class CheckpointTest {
    @TempDir Path folder;

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

    @ParameterizedTest
    @ValueSource(strings = {"inpainting", "sd2", "refiner", "ssd", "bk"})
    void aFolderOfDiffusersHasTheSameTensors(String name) throws IOException {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, name, ""));
                Checkpoint converted = Checkpoint.open(convert(name, file, 1))) {
            assertThat(converted.names()).containsExactlyInAnyOrderElementsOf(useful(file));
            for (String tensor : converted.names()) {
                assertThat(converted.find(tensor).orElseThrow().shape())
                        .as(tensor)
                        .isEqualTo(file.find(tensor).orElseThrow().shape());
                assertThat(bytes(converted, tensor)).as(tensor).isEqualTo(bytes(file, tensor));
            }
            assertThat(ModelConfig.detect(converted)).isEqualTo(ModelConfig.detect(file));
        }
    }

    @Test
    void shardsAreReadTogetherAndAllOfThemAreNeeded() throws IOException {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "bk", ""))) {
            Path sharded = convert("bk", file, 3);
            try (Checkpoint converted = Checkpoint.open(sharded)) {
                assertThat(ModelConfig.detect(converted)).isEqualTo(ModelConfig.detect(file));
            }
            Files.delete(
                    sharded.resolve("unet/diffusion_pytorch_model-00002-of-00003.safetensors"));
            assertThatThrownBy(() -> Checkpoint.open(sharded))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(
                            "bk-diffusers: expected a folder in diffusers' layout with safetensors in unet, found 2 of 3 shards");
        }
    }

    @Test
    void aFolderOfPicklesIsRefused() throws IOException {
        Path pickles = Files.createDirectories(folder.resolve("model/unet"));
        Files.writeString(pickles.resolve("diffusion_pytorch_model.bin"), "");
        assertThatThrownBy(() -> Checkpoint.open(pickles.getParent()))
                .hasMessage(
                        "model: expected a folder in diffusers' layout with safetensors in unet, found none; pickles (.bin) are not read: save the model anew with safe_serialization=True");
    }

    @ParameterizedTest
    @ValueSource(strings = {"first_stage_model.", ""})
    void anotherVaeTakesThePlaceOfTheCheckpoints(String prefix) throws IOException {
        Path vae =
                GoldenWeights.write(
                        Files.createDirectory(folder.resolve("vae")),
                        "inpainting",
                        "",
                        line ->
                                line.contains(" first_stage_model.")
                                        ? line.replace("first_stage_model.", prefix)
                                        : "");
        Path path = GoldenWeights.write(folder, "tiny", "");
        try (Checkpoint own = Checkpoint.open(path);
                Checkpoint other = Checkpoint.open(path, Optional.of(vae));
                Safetensors alone = Safetensors.open(vae)) {
            String name = "decoder.conv_in.weight";
            TensorInfo tensor = alone.find(prefix + name).orElseThrow();
            assertThat(bytes(other, "first_stage_model." + name))
                    .isEqualTo(alone.bytes(tensor).toArray(ValueLayout.JAVA_BYTE));
            assertThat(own.find("first_stage_model.encoder.conv_in.weight")).isEmpty();
            assertThat(other.find("first_stage_model.encoder.conv_in.weight")).isPresent();
            assertThat(bytes(other, "model.diffusion_model.out.2.weight"))
                    .isEqualTo(bytes(own, "model.diffusion_model.out.2.weight"));
        }
    }

    @Test
    void aVaeOfDiffusersFitsToo() throws IOException {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "inpainting", ""))) {
            Path vae =
                    convert("inpainting", file, 1)
                            .resolve("vae/diffusion_pytorch_model.safetensors");
            try (Checkpoint other = Checkpoint.open(file.path(), Optional.of(vae))) {
                assertThat(other.names()).containsExactlyInAnyOrderElementsOf(file.names());
                String query = "first_stage_model.decoder.mid.attn_1.q.weight";
                assertThat(other.find(query).orElseThrow().shape())
                        .containsExactly(64L, 64L, 1L, 1L);
            }
        }
    }

    @Test
    void aFileWithoutAVaeIsNoVae() {
        Path path = GoldenWeights.write(folder, "tiny", "");
        Path unet =
                GoldenWeights.write(
                        folder, "bk", "", line -> line.contains("first_stage_model") ? "" : line);
        assertThatThrownBy(() -> Checkpoint.open(path, Optional.of(unet)))
                .hasMessage(
                        "bk.safetensors: expected a VAE, found no tensor \"decoder.conv_in.weight\"");
    }

    @Test
    void oldNamesOfTheTextEncoderAreUnderstood() {
        Path path =
                GoldenWeights.write(
                        folder,
                        "tiny",
                        "",
                        line -> line.replace("transformer.text_model.", "transformer."));
        try (Checkpoint file = Checkpoint.open(path)) {
            assertThat(ModelConfig.detect(file).text().getFirst().layers()).isEqualTo(2);
        }
    }

    @Test
    void trainingUpToNoiseAloneIsStatedByATensor() {
        Path stated =
                GoldenWeights.write(
                        folder,
                        "xl",
                        "",
                        line ->
                                line.contains("out.2.bias")
                                        ? line + "\nF32 v_pred\nF32 ztsnr"
                                        : line);
        try (Checkpoint file = Checkpoint.open(stated)) {
            assertThat(ModelConfig.detect(file).zeroTerminal()).isTrue();
        }
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "sd2", ""))) {
            assertThat(ModelConfig.detect(file).zeroTerminal()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sd2 | | UNSTATED | 512",
                "sd2 | yaml:parameterization: \"v\" | V | 768",
                "sd2 | metadata:v | V | 768",
                "sd2 | metadata:epsilon | EPSILON | 512",
                "sd2 | tensor:v_pred | V | 768",
                "tiny | | EPSILON | 512",
                "tiny | metadata:v | V | 512",
                "xl | tensor:v_pred | V | 1024",
            })
    void whatIsPredictedIsStatedSomewhere(
            String name, String stated, Parameterization expected, int size) throws IOException {
        String[] words = stated == null ? new String[] {""} : stated.split(":", 2);
        Path path =
                GoldenWeights.write(
                        folder,
                        name,
                        words[0].equals("metadata")
                                ? "\",\"modelspec.prediction_type\":\"" + words[1]
                                : "",
                        line ->
                                words[0].equals("tensor") && line.contains("out.2.bias")
                                        ? line + "\nF32 " + words[1]
                                        : line);
        if (words[0].equals("yaml")) {
            Files.writeString(
                    folder.resolve(name + ".yaml"), "model:\n  params:\n    " + words[1] + "\n");
        }
        try (Checkpoint file = Checkpoint.open(path)) {
            var config = ModelConfig.detect(file);
            assertThat(config.parameterization()).isEqualTo(expected);
            assertThat(config.width()).isEqualTo(size);
        }
    }

    /** Writes a checkpoint as diffusers lays it out, the U-Net in so many shards. */
    private Path convert(String name, Checkpoint file, int shards) throws IOException {
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
    private static List<String> useful(Checkpoint file) {
        List<String> names = new ArrayList<>();
        for (String name : file.names()) {
            if (!name.endsWith("logit_scale")) {
                names.add(name);
            }
        }
        return names;
    }

    private static byte[] bytes(Checkpoint file, String name) {
        return file.bytes(file.find(name).orElseThrow()).toArray(ValueLayout.JAVA_BYTE);
    }

    private static List<Pair> pairs(String name) throws IOException {
        try (var in = CheckpointTest.class.getResourceAsStream("/golden/names/" + name + ".tsv")) {
            return new String(in.readAllBytes(), UTF_8).lines().map(Pair::parse).toList();
        }
    }
}
