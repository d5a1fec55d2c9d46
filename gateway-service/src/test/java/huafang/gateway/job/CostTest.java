package huafang.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.InputPicture;
import huafang.gateway.Models;
import org.junit.jupiter.api.Test;

class CostTest {
    private static final Enlargement.Upscaler LANCZOS = new Enlargement.Upscaler("Lanczos", null);
    private static final Enlargement.Upscaler NETWORK =
            new Enlargement.Upscaler("sharp", Models.DEMO.model());

    @Test
    void anEnlargementCostsByItsPixelsAndByTheSmallPictureOfEachNetwork() {
        assertThat(Cost.of(to(2, LANCZOS, null), 0)).isEqualTo(8);
        assertThat(Cost.of(to(2, NETWORK, null), 0)).isEqualTo(8 + 6);
        assertThat(Cost.of(to(2, LANCZOS, NETWORK), 0)).isEqualTo(8 + 6);
        assertThat(Cost.of(to(4, NETWORK, NETWORK), 0)).isEqualTo(8 + 2 * 6 / 4.0);
    }

    @Test
    void noScaleHoldsUpAllOthers() {
        assertThat(Cost.of(to(1e-9, NETWORK, null), 0)).isLessThan(150);
    }

    /** 2000×2000 pixels. */
    private static Enlargement to(
            double scale, Enlargement.Upscaler upscaler, Enlargement.Upscaler second) {
        var picture = new InputPicture(0, 1, 2, "ab".repeat(32), "cd".repeat(16));
        return new Enlargement(picture, scale, 2000, 2000, upscaler, second, 0.5, null);
    }
}
