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
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {
    @TempDir Path folder;

    @Test
    void sizesAreReadFromShapes() {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "deep", "256x384"))) {
            assertThat(ModelConfig.detect(file))
                    .isEqualTo(
                            new ModelConfig(
                                    Family.SD_1,
                                    new UNetConfig(
                                            4,
                                            4,
                                            64,
                                            128,
                                            0,
                                            false,
                                            List.of(
                                                    level(64, 8, 2, 0),
                                                    level(96, 8, 2, 1),
                                                    level(128, 8, 2, 2),
                                                    level(128, 8, 2, 0)),
                                            new UNetConfig.Middle(2, 2)),
                                    List.of(
                                            new TextConfig(
                                                    "cond_stage_model.transformer.",
                                                    600,
                                                    77,
                                                    128,
                                                    3,
                                                    2,
                                                    TextConfig.Reading.CLIP_LAST,
                                                    0)),
                                    new VaeConfig(
                                            4,
                                            128,
                                            List.of(
                                                    new VaeConfig.Level(32, 3),
                                                    new VaeConfig.Level(64, 3),
                                                    new VaeConfig.Level(96, 3),
                                                    new VaeConfig.Level(128, 3))),
                                    Parameterization.EPSILON,
                                    false,
                                    256,
                                    384));
        }
    }

    private static UNetConfig.Level level(int channels, int heads, int resBlocks, int depth) {
        return new UNetConfig.Level(
                channels,
                heads,
                Collections.nCopies(resBlocks, depth),
                Collections.nCopies(resBlocks + 1, depth));
    }

    private static final String NINE = "input_blocks.0.0.weight 64 4>input_blocks.0.0.weight 64 9";

    /** Spreads the numbers as in a U-Net that predicts the velocity. */
    private static final String SPREAD = "norm1.bias 64>norm1.bias 64 1";

    /** Turbo, LCM and Lightning differ from others only in how they are sampled. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "SD 1.x | tiny | | | Stable Diffusion 1.x | 512 | 0.18215 | EPSILON | 8,8",
                "SD 1.x, distilled | bk | | | Stable Diffusion 1.x | 512 | 0.18215 | EPSILON | 8,8,8",
                "SD 1.x in eight bits | eight | | | Stable Diffusion 1.x | 512 | 0.18215 | EPSILON | 8,8",
                "SD 1.x, LCM | tiny | | | Stable Diffusion 1.x | 512 | 0.18215 | EPSILON | 8,8",
                "SD 1.x inpainting | inpainting | | | Stable Diffusion 1.x, inpainting | 512 | 0.18215 | EPSILON | 8,8",
                "SD 2.x base | sd2 | | | Stable Diffusion 2.x | 512 | 0.18215 | UNSTATED | 1,2",
                "SD 2.x v | sd2 | | SPREAD | Stable Diffusion 2.x | 768 | 0.18215 | UNSTATED | 1,2",
                "SD 2.x v that says so | sd2 | \",\"modelspec.prediction_type\":\"v | | Stable Diffusion 2.x | 768 | 0.18215 | V | 1,2",
                "SD 2.x v that states its size | sd2 | 640x640 | SPREAD | Stable Diffusion 2.x | 640 | 0.18215 | UNSTATED | 1,2",
                "SD Turbo | sd2 | 512x512\",\"modelspec.prediction_type\":\"epsilon | | Stable Diffusion 2.x | 512 | 0.18215 | EPSILON | 1,2",
                "SD 2.x inpainting | sd2 | | NINE | Stable Diffusion 2.x, inpainting | 512 | 0.18215 | EPSILON | 1,2",
                "XL base | xl | | | Stable Diffusion XL | 1024 | 0.13025 | EPSILON | 1,1,2",
                "XL, distilled | ssd | | | Stable Diffusion XL | 1024 | 0.13025 | EPSILON | 1,1,2",
                "XL inpainting | xl | | NINE | Stable Diffusion XL, inpainting | 1024 | 0.13025 | EPSILON | 1,1,2",
                "XL Turbo | xl | 512x512 | | Stable Diffusion XL | 512 | 0.13025 | EPSILON | 1,1,2",
                "XL Lightning, XL LCM | xl | | | Stable Diffusion XL | 1024 | 0.13025 | EPSILON | 1,1,2",
                "XL refiner | refiner | | | Stable Diffusion XL refiner | 1024 | 0.13025 | EPSILON | 1,1,2,2",
            })
    void everyFamilyIsToldFromItsFile(
            String known,
            String name,
            String stated,
            String change,
            String description,
            int size,
            float latentScale,
            Parameterization parameterization,
            String heads) {
        String[] words =
                switch (change) {
                    case "NINE" -> NINE.split(">");
                    case "SPREAD" -> SPREAD.split(">");
                    case null, default -> new String[] {"none", "none"};
                };
        Path path =
                GoldenWeights.write(
                        folder,
                        name,
                        stated == null ? "" : stated,
                        line -> line.replace(words[0], words[1]));
        try (Checkpoint file = Checkpoint.open(path)) {
            var config = ModelConfig.detect(file);
            assertThat(config.description()).isEqualTo(description);
            assertThat(config.width()).isEqualTo(size);
            assertThat(config.height()).isEqualTo(size);
            assertThat(config.latentScale()).isEqualTo(latentScale);
            assertThat(config.parameterization()).isEqualTo(parameterization);
            assertThat(config.unet().levels())
                    .extracting(level -> "" + level.heads())
                    .containsExactly(heads.split(","));
        }
    }

    @Test
    void distilledDepthsAreReadBlockByBlock() {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "ssd", ""))) {
            UNetConfig unet = ModelConfig.detect(file).unet();
            assertThat(unet.levels())
                    .containsExactly(
                            new UNetConfig.Level(64, 1, List.of(0, 0), List.of(0, 0, 0)),
                            new UNetConfig.Level(64, 1, List.of(1, 1), List.of(2, 1, 1)),
                            new UNetConfig.Level(128, 2, List.of(2, 2), List.of(1, 1, 3)));
            assertThat(unet.middle()).isEqualTo(new UNetConfig.Middle(1, 0));
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
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "tiny", stated))) {
            var config = ModelConfig.detect(file);
            assertThat(List.of(config.width(), config.height())).containsExactly(width, height);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.diffusion_model.joint_blocks.0.x | a Stable Diffusion 3 checkpoint",
                "joint_blocks.0.x | a Stable Diffusion 3 checkpoint",
                "model.diffusion_model.double_blocks.0.x | a Flux checkpoint",
                "double_blocks.0.x | a Flux checkpoint",
                "distilled_guidance_layer.in_proj.weight | a Chroma checkpoint",
                "model.double_layers.0.x | an AuraFlow checkpoint",
                "adaln_single.linear.weight | a PixArt checkpoint",
                "t_block.1.weight | a PixArt checkpoint",
                "mlp_t5.0.weight | a Hunyuan-DiT checkpoint",
                "clip_txt_mapper.weight | a Stable Cascade checkpoint",
                "effnet_mapper.0.weight | a Stable Cascade checkpoint",
                "model.diffusion_model.cap_embedder.0.weight | a Lumina or Z-Image checkpoint",
                "txt_norm.weight | a Qwen-Image checkpoint",
                "model.diffusion_model.head.modulation | a Wan video checkpoint",
                "model.diffusion_model.input_blocks.1.0.time_stack.x | a Stable Video Diffusion checkpoint",
                "transformer_in.norm.weight | a ModelScope or Zeroscope video checkpoint",
                "down_blocks.0.motion_modules.0.norm.weight | an AnimateDiff checkpoint",
                "edm_mean | a Playground v2.5 checkpoint",
                "edm_vpred.sigma_max | a CosXL checkpoint, whose noise levels are EDM's",
                "model.diffusion_model.time_embedding.cond_proj.weight | a latent consistency model that is told the guidance scale (cond_proj)",
                "model.diffusion_model.time_embed.cond_proj.weight | a latent consistency model that is told the guidance scale (cond_proj)",
                "encoder_hid_proj.weight | a Kolors or Kandinsky checkpoint",
                "scaled_fp8 | weights in eight bits with scales beside them (scaled fp8); plain F8_E4M3 and F8_E5M2 are read",
                "model.diffusion_model.out.2.scale_weight | weights in eight bits with scales beside them (scaled fp8); plain F8_E4M3 and F8_E5M2 are read",
                "model.diffusion_model.out.2.weight_scale | weights in eight bits with scales beside them (scaled fp8); plain F8_E4M3 and F8_E5M2 are read",
                "embedder.model.visual.proj | a Stable Diffusion unCLIP checkpoint",
                "control_model.input_blocks.0.0.weight | a ControlNet",
                "controlnet_cond_embedding.conv_in.weight | a ControlNet",
                "body.0.rdb1.conv1.weight | an upscaler of the ESRGAN family",
                "model.diffusion_model.input_blocks.0.0.weight | a U-Net without a text encoder or without a VAE",
                "down_blocks.0.resnets.0.conv1.weight | a U-Net alone in diffusers' layout",
                "first_stage_model.decoder.conv_in.weight | a VAE alone",
                "decoder.up.0.block.0.conv1.weight | a VAE alone",
                "decoder.up_blocks.0.resnets.0.conv1.weight | a VAE alone",
                "text_model.final_layer_norm.weight | a text encoder alone",
                "lora_unet_mid_block.lora_up.weight | a LoRA",
                "x.y | 1 tensors of no known model, the first \"x.y\"",
            })
    void whatIsNotSupportedIsNamed(String tensor, String kind) throws IOException {
        try (Checkpoint file = Checkpoint.open(fileWith(tensor))) {
            assertThatThrownBy(() -> ModelConfig.detect(file))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(
                            "model.safetensors: expected a Stable Diffusion 1.x, 2.x or XL checkpoint (U-Net, text encoders and VAE together), found "
                                    + kind);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.diffusion_model.time_embed.cond_proj.weight",
                "edm_vpred.sigma_max",
                "model.diffusion_model.encoder_hid_proj.weight",
                "model.diffusion_model.time_embed.0.scale_weight"
            })
    void whatWouldBePaintedWronglyIsRefusedThoughAllPartsAreThere(String tensor) {
        Path path =
                GoldenWeights.write(
                        folder,
                        "tiny",
                        "",
                        line ->
                                line.contains("out.2.bias")
                                        ? line + "\nF32 " + tensor + " 1"
                                        : line);
        try (Checkpoint file = Checkpoint.open(path)) {
            assertThatThrownBy(() -> ModelConfig.detect(file))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith("tiny.safetensors: expected a Stable Diffusion 1.x");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "input_blocks.0.0.weight 32 4 | input_blocks.0.0.weight 32 8 | whose input has the latents' 4 channels, or 9 for inpainting, found 8 (an editing model)",
                "input_blocks.0.0.weight 32 4 | input_blocks.0.0.weight 32 7 | whose input has the latents' 4 channels, or 9 for inpainting, found 7 (an upscaler)",
                "diffusion_model.out.2.weight 4 | diffusion_model.out.2.weight 8 | that predicts the latents' 4 channels, found 8",
                "attn2.to_k.weight 64 64 | attn2.to_k.weight 64 65 | that reads text of the text encoders' width 64, found 65",
            })
    void partsThatDoNotFitTogetherAreNamed(String from, String to, String complaint) {
        Path path = GoldenWeights.write(folder, "tiny", "", line -> line.replace(from, to));
        try (Checkpoint file = Checkpoint.open(path)) {
            assertThatThrownBy(() -> ModelConfig.detect(file))
                    .hasMessage("tiny.safetensors: expected a U-Net " + complaint);
        }
    }

    @Test
    void averagedWeightsAndBuffersAreIgnored() {
        Path path =
                GoldenWeights.write(
                        folder,
                        "tiny",
                        "",
                        line ->
                                line.contains("diffusion_model.out.2.bias")
                                        ? line
                                                + "\nF32 model_ema.diffusion_modelout2bias 4"
                                                + "\nF32 model_ema.decay"
                                                + "\nF32 betas 1000"
                                        : line);
        try (Checkpoint file = Checkpoint.open(path)) {
            assertThat(file.find("model_ema.decay")).isPresent();
            assertThat(ModelConfig.detect(file).family()).isEqualTo(Family.SD_1);
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
        try (Checkpoint file = Checkpoint.open(path)) {
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
        try (Checkpoint file = Checkpoint.open(path)) {
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
