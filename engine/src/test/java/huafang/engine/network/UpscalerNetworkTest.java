package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against PyTorch's numbers, which tools/golden/upscalers.py made. */
class UpscalerNetworkTest {
    @TempDir Path folder;

    private UpscalerNetwork load(String name) {
        return UpscalerNetwork.load(GoldenWeights.write(folder, name, ""), Device.CPU);
    }

    private static Tensor picture(int height, int width) {
        float[] numbers = GoldenWeights.hashNumbers("picture", 3 * height * width);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (numbers[i] + 1) / 2;
        }
        return new Tensor(numbers, 1, 3, height, width);
    }

    @ParameterizedTest
    @CsvSource({
        "esrgan-x4,4",
        "esrgan-x2,2",
        "esrgan-x1,1",
        "esrgan-second,4",
        "real-esrgan-x4,4",
        "real-esrgan-x2,2",
        "real-esrgan-x1,1",
        "compact-x4,4",
        "compact-x3,3"
    })
    void enlargesAsPyTorchDoes(String name, int scale) {
        try (var network = load(name)) {
            Tensor larger = network.enlarge(picture(13, 9), StepListener.NONE);

            assertThat(network.scale()).isEqualTo(scale);
            assertThat(larger.shape()).containsExactly(1, 3, 13 * scale, 9 * scale);
            float[] expected = GoldenWeights.golden(name + "-13x9");
            double error = 0;
            double whole = 0;
            for (int i = 0; i < expected.length; i++) {
                error += Math.pow(larger.data()[7 * i] - expected[i], 2);
                whole += Math.pow(expected[i], 2);
            }
            assertThat(expected).hasSize((larger.data().length + 6) / 7);
            assertThat(Math.sqrt(error / whole)).isLessThan(1e-4);
        }
    }

    /** Its layers see 4 pixels far, less than the part of a tile that does not count. */
    @Test
    void tilesGiveThePictureOfTheWhole() {
        try (var network = load("compact-x3")) {
            Tensor picture = picture(50, 70);

            Tensor whole = network.enlarge(picture, StepListener.NONE);
            Tensor tiled = network.enlarge(picture, new Tiles(32, 16), StepListener.NONE);

            assertThat(tiled.data()).containsExactly(whole.data(), within(1e-5f));
        }
    }

    @Test
    void aLargePictureIsToldOfTileByTileAndCanBeStopped() {
        try (var network = load("esrgan-x1")) {
            int[] told = new int[2];
            StepListener stopsAtTwo =
                    (done, of) -> {
                        told[0] = done;
                        told[1] = of;
                        return done < 2;
                    };

            assertThatThrownBy(() -> network.enlarge(picture(193, 400), stopsAtTwo))
                    .isInstanceOf(CancellationException.class);
            assertThat(told).containsExactly(2, 6);
        }
    }

    @Test
    void whatDiffersInOneLayerIsRefused() {
        Path path =
                GoldenWeights.write(
                        folder,
                        "esrgan-x4",
                        "",
                        line ->
                                line.contains("sub.0.RDB2.conv3.0.bias")
                                        ? line + "\nF16 model.1.sub.0.RDB1.conv1x1.weight 8 16 1 1"
                                        : line);
        assertThatThrownBy(() -> UpscalerNetwork.load(path, Device.CPU))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "esrgan-x4.safetensors: expected an upscaler of the ESRGAN family (RRDBNet or SRVGGNetCompact), found one that differs from it in \"model.1.sub.0.RDB1.conv1x1.weight\"");
    }

    @ParameterizedTest
    @CsvSource({
        "layers.0.residual_group.blocks.0.attn.qkv.weight, a SwinIR upscaler",
        "layers.0.residual_group.relative_position_index_OCA, a HAT upscaler",
        "layers.0.blocks.0.attn.attns.0.get_v.weight, a DAT upscaler",
        "model.diffusion_model.input_blocks.0.0.weight, a U-Net without a text encoder or without a VAE",
        "x.weight, '1 tensors of no known model, the first \"x.weight\"'"
    })
    void otherNetworksAreRefusedByName(String tensor, String found) {
        Path path =
                GoldenWeights.write(
                        folder,
                        "compact-x3",
                        "",
                        line -> line.contains("body.0.weight") ? "F16 " + tensor + " 2 2" : "");
        assertThatThrownBy(() -> UpscalerNetwork.load(path, Device.CPU))
                .isInstanceOf(CheckpointException.class)
                .hasMessageEndingWith(
                        "expected an upscaler of the ESRGAN family (RRDBNet or SRVGGNetCompact), found "
                                + found);
    }

    @Test
    void picklesAreRefused() throws IOException {
        Path path = Files.write(folder.resolve("4x.pth"), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0});
        assertThatThrownBy(() -> UpscalerNetwork.load(path, Device.CPU))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("4x.pth: expected a safetensors file, found a zip archive");
    }

    @Test
    void aShapeThatDoesNotFitIsToldByItsOwnName() {
        Path path =
                GoldenWeights.write(
                        folder,
                        "esrgan-second",
                        "",
                        line ->
                                line.replace(
                                        "RRDB_trunk.0.RDB2.conv2.weight 8 32",
                                        "RRDB_trunk.0.RDB2.conv2.weight 8 31"));
        assertThatThrownBy(() -> UpscalerNetwork.load(path, Device.CPU))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("shape [8, 32, 3, 3], found [8, 31, 3, 3]");
    }
}
