package huafang.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.network.GoldenWeights;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @ParameterizedTest
    @ValueSource(strings = {"inpainting", "sd2", "refiner", "ssd", "bk"})
    void aFolderOfDiffusersHasTheSameTensors(String name) throws IOException {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, name, ""));
                Checkpoint converted =
                        Checkpoint.open(DiffusersFolders.write(folder, name, file, 1))) {
            assertThat(converted.names())
                    .containsExactlyInAnyOrderElementsOf(DiffusersFolders.useful(file));
            for (String tensor : converted.names()) {
                assertThat(converted.find(tensor).orElseThrow().shape())
                        .as(tensor)
                        .isEqualTo(file.find(tensor).orElseThrow().shape());
                assertThat(DiffusersFolders.bytes(converted, tensor))
                        .as(tensor)
                        .isEqualTo(DiffusersFolders.bytes(file, tensor));
            }
            assertThat(ModelConfig.detect(converted)).isEqualTo(ModelConfig.detect(file));
        }
    }

    @Test
    void shardsAreReadTogetherAndAllOfThemAreNeeded() throws IOException {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "bk", ""))) {
            Path sharded = DiffusersFolders.write(folder, "bk", file, 3);
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
            assertThat(DiffusersFolders.bytes(other, "first_stage_model." + name))
                    .isEqualTo(alone.bytes(tensor).toArray(ValueLayout.JAVA_BYTE));
            assertThat(own.find("first_stage_model.encoder.conv_in.weight")).isEmpty();
            assertThat(other.find("first_stage_model.encoder.conv_in.weight")).isPresent();
            assertThat(DiffusersFolders.bytes(other, "model.diffusion_model.out.2.weight"))
                    .isEqualTo(DiffusersFolders.bytes(own, "model.diffusion_model.out.2.weight"));
        }
    }

    @Test
    void aVaeOfDiffusersFitsToo() throws IOException {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "inpainting", ""))) {
            Path vae =
                    DiffusersFolders.write(folder, "inpainting", file, 1)
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"prediction_type\": \"sample\" | that predicts the picture (\"sample\")",
                "\"_class_name\": \"EDMEulerScheduler\", \"prediction_type\": \"v_prediction\" | on other noise levels (\"EDM\")",
            })
    void whatElseAFolderPredictsIsRefused(String scheduler, String found) throws IOException {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "bk", ""))) {
            Path converted = DiffusersFolders.write(folder, "bk", file, 1);
            Path configuration = converted.resolve("scheduler/scheduler_config.json");
            Files.createDirectories(configuration.getParent());
            Files.writeString(configuration, "{" + scheduler + "}");
            try (Checkpoint folder = Checkpoint.open(converted)) {
                assertThatThrownBy(() -> ModelConfig.detect(folder))
                        .isInstanceOf(CheckpointException.class)
                        .hasMessage(
                                "bk-diffusers: expected a network that predicts the noise (epsilon) or the velocity (v_prediction), found one "
                                        + found);
            }
        }
    }

    @Test
    void aFolderOfAnotherArchitectureIsNamed() throws IOException {
        Path flux = Files.createDirectory(folder.resolve("flux"));
        Files.writeString(flux.resolve("model_index.json"), "{\"_class_name\": \"FluxPipeline\"}");
        assertThatThrownBy(() -> Checkpoint.open(flux))
                .hasMessage(
                        "flux: expected a folder in diffusers' layout with safetensors in unet, found no such folder: it is for a FluxPipeline");
    }

    @Test
    void whatIsReadOfAFolderIsWhatBelongsToIt() throws IOException {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "bk", ""))) {
            Path converted = DiffusersFolders.write(folder, "bk", file, 2);
            for (String beside :
                    List.of(
                            "model_index.json",
                            "scheduler/scheduler_config.json",
                            "unet/config.json",
                            "vae/diffusion_pytorch_model.fp16.safetensors")) {
                Files.createDirectories(converted.resolve(beside).getParent());
                Files.writeString(converted.resolve(beside), "{}");
            }

            assertThat(Checkpoint.filesOf(converted).keySet())
                    .containsExactly(
                            "scheduler/scheduler_config.json",
                            "text_encoder/model.safetensors",
                            "unet/diffusion_pytorch_model-00001-of-00002.safetensors",
                            "unet/diffusion_pytorch_model-00002-of-00002.safetensors",
                            "vae/diffusion_pytorch_model.safetensors");
        }
    }
}
