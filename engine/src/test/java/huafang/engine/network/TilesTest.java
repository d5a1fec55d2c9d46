package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import huafang.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilesTest {
    @ParameterizedTest
    @CsvSource({"7,5", "16,16", "17,16", "40,16", "16,53", "100,99", "41,64"})
    void whatDependsOnEachValueAloneIsAsOfTheWhole(int height, int width) {
        Tensor x = new Tensor(GoldenWeights.noise("x", 2 * height * width), 1, 2, height, width);
        var sizes = new ArrayList<List<Integer>>();

        Tensor doubled =
                new Tiles(16, 6)
                        .map(
                                x,
                                2,
                                1,
                                tile -> {
                                    sizes.add(List.of(tile.size(2), tile.size(3)));
                                    return doubled(tile);
                                });

        assertThat(doubled.shape()).containsExactly(1, 2, 2 * height, 2 * width);
        assertThat(doubled.data()).containsExactly(doubled(x).data(), within(1e-6f));
        assertThat(sizes)
                .hasSize(new Tiles(16, 6).count(x))
                .containsOnly(List.of(Math.min(16, height), Math.min(16, width)));
    }

    @Test
    void tilesOfAShrinkingNetworkBeginAtWholeOutputs() {
        Tensor x = new Tensor(GoldenWeights.noise("x", 56 * 40), 1, 1, 56, 40);

        Tensor corners = new Tiles(24, 8).map(x, 1, 8, TilesTest::corners);

        assertThat(corners.shape()).containsExactly(1, 1, 7, 5);
        assertThat(corners.data()).containsExactly(corners(x).data(), within(1e-6f));
    }

    /** Neighbours give way to each other little by little, so that no edge is seen. */
    @Test
    void neighboursThatDisagreeAreBlended() {
        float[] tile = {0};

        float[] whole =
                new Tiles(16, 8)
                        .map(Tensor.zeros(1, 1, 1, 24), 1, 1, any -> filled(any, tile[0]++))
                        .data();

        assertThat(whole[0]).isZero();
        assertThat(whole[9]).isZero();
        assertThat(whole[14]).isEqualTo(1);
        for (int i = 0; i < 23; i++) {
            assertThat(whole[i + 1] - whole[i]).isBetween(0f, 0.26f);
        }
    }

    @Test
    void tilesThatCannotOverlapAreRefused() {
        assertThatThrownBy(() -> new Tiles(8, 8)).hasMessage("tiles of 8 cannot overlap by 8");
    }

    private static Tensor doubled(Tensor x) {
        Tensor doubled = Tensor.zeros(1, x.size(1), 2 * x.size(2), 2 * x.size(3));
        int width = doubled.size(3);
        for (int i = 0; i < doubled.data().length; i++) {
            doubled.data()[i] = x.data()[i / width / 2 * x.size(3) + i % width / 2];
        }
        return doubled;
    }

    /** Of each square of 8×8, the upper left value. */
    private static Tensor corners(Tensor x) {
        Tensor corners = Tensor.zeros(1, x.size(1), x.size(2) / 8, x.size(3) / 8);
        int width = corners.size(3);
        for (int i = 0; i < corners.data().length; i++) {
            corners.data()[i] = x.data()[i / width * 8 * x.size(3) + i % width * 8];
        }
        return corners;
    }

    private static Tensor filled(Tensor like, float number) {
        Tensor filled = Tensor.zeros(like.shape());
        Arrays.fill(filled.data(), number);
        return filled;
    }
}
