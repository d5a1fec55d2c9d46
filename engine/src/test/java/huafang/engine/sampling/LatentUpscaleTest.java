package huafang.engine.sampling;

import static huafang.engine.sampling.Numbers.distance;
import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.tensor.Tensor;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against PyTorch's interpolation, as tools/golden/latent_upscale.py stored it. */
class LatentUpscaleTest {
    private static final Numbers NUMBERS = Numbers.of("latent-upscale.tsv");

    static Set<String> rows() {
        return NUMBERS.rows().keySet();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void resizesAsPyTorchDoes(String row) {
        String[] cells = row.split(";");
        int height = Integer.parseInt(cells[1]);
        int width = Integer.parseInt(cells[2]);
        Tensor x = Tensor.zeros(1, 2, height, width);
        for (int i = 0; i < x.data().length; i++) {
            x.data()[i] = (i * i * 7 + i * 3) % 31 / 10f - 1.5f;
        }

        Tensor resized =
                LatentUpscale.named(cells[0])
                        .resized(x, Integer.parseInt(cells[3]), Integer.parseInt(cells[4]));

        assertThat(resized.size(2)).isEqualTo(Integer.parseInt(cells[3]));
        assertThat(distance(resized.data(), NUMBERS.row(row))).isLessThan(5e-6);
    }
}
