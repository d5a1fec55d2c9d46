package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaeTilesTest {
    private static final Path DEMO =
            Path.of("../deploy/models/Stable-diffusion/huafang-demo.safetensors");

    @ParameterizedTest
    @CsvSource({"1024,1024,1", "832,1216,1", "2048,512,1", "1032,1024,4", "2048,2048,9"})
    void picturesThatFitAreTakenWhole(int height, int width, int tiles) {
        Tensor picture = Tensor.zeros(1, 1, height, width);
        Tensor latents = Tensor.zeros(1, 4, height / 8, width / 8);

        assertThat(VaeTiles.USUAL.of(picture, 8).count(picture)).isEqualTo(tiles);
        assertThat(VaeTiles.USUAL.of(latents, 1).count(latents)).isEqualTo(tiles);
    }

    @Test
    void aChosenTileHoldsForAllThatIsLarger() {
        Tensor latents = Tensor.zeros(1, 4, 9, 8);

        assertThat(VaeTiles.of(64).of(latents, 1).count(latents)).isEqualTo(2);
        assertThat(VaeTiles.of(72).of(latents, 1).count(latents)).isEqualTo(1);
        assertThatThrownBy(() -> VaeTiles.of(100))
                .hasMessage("tiles of the VAE: found 100, allowed: a multiple of 8 from 64");
    }

    /** On a GPU of 24 GB with 20 free, of which 2.4 are left alone: 4.9 million pixels. */
    @ParameterizedTest
    @CsvSource({"2048,2048,1", "2560,2048,12"})
    void whereADeviceHasTheMemoryLargerPicturesAreTakenWhole(int height, int width, int tiles) {
        var memory = Optional.of(new DeviceMemory(20_000_000_000L, 24_000_000_000L));
        var little = Optional.of(new DeviceMemory(3_000_000_000L, 24_000_000_000L));
        Tensor latents = Tensor.zeros(1, 4, height / 8, width / 8);

        assertThat(VaeTiles.USUAL.within(memory).of(latents, 1).count(latents)).isEqualTo(tiles);
        for (VaeTiles same :
                List.of(VaeTiles.USUAL.within(little), VaeTiles.USUAL.within(Optional.empty()))) {
            assertThat(same).isEqualTo(VaeTiles.USUAL);
        }
        assertThat(VaeTiles.of(512).within(memory)).as("chosen").isEqualTo(VaeTiles.of(512));
    }

    /**
     * The pieces are small, show different things and overlap by no more than they must. Normalised
     * each by itself, they would be at 22 dB, with edges between them that a line's mean shows.
     */
    @Test
    void piecesAreNearTheWholeAndShowNoSeams() {
        Tensor picture = scene(384);
        try (Networks whole = Networks.load(DEMO);
                Networks pieces = Networks.load(DEMO, Optional.empty(), VaeTiles.of(208))) {
            Tensor latents = whole.encode(picture);
            Tensor expected = whole.decode(latents);

            Tensor decoded = pieces.decode(latents);

            assertThat(psnr(decoded, expected)).isGreaterThan(38);
            assertThat(steepest(decoded, expected, true)).isLessThan(0.025);
            assertThat(steepest(decoded, expected, false)).isLessThan(0.025);
            assertThat(psnr(pieces.encode(picture), latents)).isGreaterThan(42);
        }
    }

    /** How much the mean difference of two pictures changes at most between neighbouring lines. */
    private static double steepest(Tensor found, Tensor expected, boolean columns) {
        int side = found.size(3);
        double[] lines = new double[side];
        for (int i = 0; i < found.data().length; i++) {
            lines[columns ? i % side : i / side % side] +=
                    (found.data()[i] - expected.data()[i]) / (3.0 * side);
        }
        double steepest = 0;
        for (int i = 1; i < side; i++) {
            steepest = Math.max(steepest, Math.abs(lines[i] - lines[i - 1]));
        }
        return steepest;
    }

    /** Hills under a sky, in soft colours. */
    private static Tensor scene(int side) {
        Tensor picture = Tensor.zeros(1, 3, side, side);
        for (int i = 0; i < picture.data().length; i++) {
            int colour = i / side / side;
            double x = i % side / (double) side;
            double y = i / side % side / (double) side;
            boolean sky = y < 0.5 + 0.15 * Math.sin(9 * x) + 0.05 * Math.sin(31 * x);
            double value =
                    sky
                            ? 0.2 + 0.3 * colour - 0.5 * y
                            : -0.2 - 0.2 * colour + 0.3 * Math.sin(20 * x * y);
            picture.data()[i] = (float) value;
        }
        return picture;
    }

    /** Of numbers from −1 to 1. */
    private static double psnr(Tensor found, Tensor expected) {
        double error = 0;
        for (int i = 0; i < found.data().length; i++) {
            error += Math.pow(found.data()[i] - expected.data()[i], 2) / found.data().length;
        }
        return 10 * Math.log10(4 / error);
    }
}
