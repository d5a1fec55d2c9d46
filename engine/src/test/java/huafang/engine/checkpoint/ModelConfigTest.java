package huafang.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.network.GoldenWeights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {
    @TempDir Path folder;

    @Test
    void sizesAreReadFromShapes() {
        try (Safetensors file = Safetensors.open(GoldenWeights.write(folder, "deep", "256x384"))) {
            assertThat(ModelConfig.detect(file))
                    .isEqualTo(
                            new ModelConfig(
                                    new UNetConfig(
                                            4,
                                            4,
                                            64,
                                            128,
                                            8,
                                            List.of(
                                                    new UNetConfig.Level(64, 2, 0),
                                                    new UNetConfig.Level(96, 2, 1),
                                                    new UNetConfig.Level(128, 2, 2),
                                                    new UNetConfig.Level(128, 2, 0)),
                                            2),
                                    new TextConfig(600, 77, 128, 3, 2),
                                    new VaeConfig(
                                            4,
                                            128,
                                            List.of(
                                                    new VaeConfig.Level(32, 3),
                                                    new VaeConfig.Level(64, 3),
                                                    new VaeConfig.Level(96, 3),
                                                    new VaeConfig.Level(128, 3))),
                                    256,
                                    384,
                                    0.18215f));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "128x192,128,192",
        "'',512,512",
        "512,512,512",
        "1000x1001,512,512",
        "32x64,512,512",
        "4096x512,512,512"
    })
    void nativeSizeIsWhatTheFileStatesIfThatCanBePainted(String stated, int width, int height) {
        try (Safetensors file = Safetensors.open(GoldenWeights.write(folder, "tiny", stated))) {
            var config = ModelConfig.detect(file);
            assertThat(List.of(config.width(), config.height())).containsExactly(width, height);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "conditioner.embedders.1.model.ln_final.weight | a Stable Diffusion XL checkpoint",
                "conditioner.embedders.0.model.ln_final.weight | a Stable Diffusion XL refiner",
                "cond_stage_model.model.ln_final.weight | a Stable Diffusion 2.x checkpoint",
                "model.diffusion_model.joint_blocks.0.x | a Stable Diffusion 3 checkpoint",
                "model.diffusion_model.double_blocks.0.x | a Flux checkpoint",
                "double_blocks.0.x | a Flux checkpoint",
                "control_model.input_blocks.0.0.weight | a ControlNet",
                "model.diffusion_model.input_blocks.0.0.weight | a U-Net without a text encoder or without a VAE",
                "down_blocks.0.resnets.0.conv1.weight | a U-Net in diffusers' layout",
                "first_stage_model.decoder.conv_in.weight | a VAE alone",
                "decoder.up.0.block.0.conv1.weight | a VAE alone",
                "text_model.final_layer_norm.weight | a text encoder alone",
                "lora_unet_mid_block.lora_up.weight | a LoRA",
                "x.y | 1 tensors of no known model, the first \"x.y\"",
            })
    void whatIsNotSupportedIsNamed(String tensor, String kind) throws IOException {
        try (Safetensors file = Safetensors.open(fileWith(tensor))) {
            assertThatThrownBy(() -> ModelConfig.detect(file))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(
                            "model.safetensors: expected a Stable Diffusion 1.x checkpoint (U-Net, text encoder and VAE in one file), found "
                                    + kind);
        }
    }

    @Test
    void inpaintingModelsAreNamed() {
        Path path =
                GoldenWeights.write(
                        folder,
                        "tiny",
                        "512x512",
                        line ->
                                line.replace(
                                        "input_blocks.0.0.weight 32 4",
                                        "input_blocks.0.0.weight 32 9"));
        try (Safetensors file = Safetensors.open(path)) {
            assertThatThrownBy(() -> ModelConfig.detect(file))
                    .hasMessage(
                            "tiny.safetensors: expected a U-Net whose input has the latents' 4 channels, found 9 (an inpainting model)");
        }
    }

    @Test
    void decodersOfAnotherDepthAreRefused() {
        Path path =
                GoldenWeights.write(
                        folder,
                        "tiny",
                        "512x512",
                        line -> line.contains("decoder.up.3") ? "" : line);
        try (Safetensors file = Safetensors.open(path)) {
            assertThatThrownBy(() -> ModelConfig.detect(file))
                    .hasMessage(
                            "tiny.safetensors: expected a decoder with 4 levels at \"first_stage_model.decoder.up.\", found 3");
        }
    }

    @Test
    void missingTensorIsNamedWithItsWholePath() {
        String missing = "model.diffusion_model.out.2.weight";
        Path path =
                GoldenWeights.write(
                        folder, "tiny", "512x512", line -> line.contains(missing) ? "" : line);
        try (Safetensors file = Safetensors.open(path)) {
            assertThatThrownBy(() -> ModelConfig.detect(file))
                    .hasMessage(
                            "tiny.safetensors: expected a tensor \"" + missing + "\", found none");
        }
    }

    private Path fileWith(String tensor) throws IOException {
        byte[] header =
                "{\"%s\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}"
                        .formatted(tensor)
                        .getBytes(StandardCharsets.UTF_8);
        Path path = folder.resolve("model.safetensors");
        Files.write(
                path,
                ByteBuffer.allocate(9 + header.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .put(header)
                        .array());
        return path;
    }
}
