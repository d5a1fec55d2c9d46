package huafang.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void shapeMustHoldTheData() {
        assertThatThrownBy(() -> new Tensor(new float[5], 2, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shape [2, 3] needs 6 values, found 5");
        assertThatThrownBy(() -> new Tensor(new float[2], -1, -2))
                .hasMessageContaining("negative dimension");
        assertThatThrownBy(() -> Tensor.zeros(1 << 16, 1 << 16))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void shapeCannotBeChangedFromOutside() {
        int[] shape = {2, 3};
        var tensor = new Tensor(new float[6], shape);
        shape[0] = 9;
        tensor.shape()[1] = 9;
        assertThat(tensor.shape()).containsExactly(2, 3);
        assertThat(tensor.size(1)).isEqualTo(3);
    }

    @Test
    void rowsComeApartAndTogether() {
        var tensor = new Tensor(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        assertThat(tensor.rows(1, 3).data()).containsExactly(3, 4, 5, 6);

        Tensor swapped = Tensor.concatenate(tensor.rows(1, 3), tensor.rows(0, 1));

        assertThat(swapped.data()).containsExactly(3, 4, 5, 6, 1, 2);
        assertThat(swapped.shape()).containsExactly(3, 2);
        assertThatThrownBy(() -> Tensor.concatenate(tensor, Tensor.zeros(1, 3)))
                .hasMessage(
                        "cannot put Tensor[1, 3] after Tensor[3, 2]: only the first dimension may differ");
        assertThatThrownBy(Tensor::concatenate).hasMessage("nothing to concatenate");
    }
}
