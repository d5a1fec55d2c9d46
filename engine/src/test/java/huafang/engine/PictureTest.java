package huafang.engine;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

class PictureTest {
    @Test
    void clampsAndTruncates() {
        float half = 1 / 255f; // of a level in -1 to 1
        Tensor decoded =
                new Tensor(
                        new float[] {-1, 1, -7, 7, -1 + 3.9f * half, 0},
                        1,
                        3,
                        1,
                        2); // red of both pixels, then green, then blue

        Picture picture = Picture.of(decoded, Tensor.zeros(1));

        assertThat(picture.width()).isEqualTo(2);
        assertThat(picture.height()).isEqualTo(1);
        assertThat(picture.rgb()).containsExactly(0, 0, 1, 255, 255, 127);
    }
}
