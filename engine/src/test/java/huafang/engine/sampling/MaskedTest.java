package huafang.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

class MaskedTest {
    private static final Tensor KEPT = row(10, 20, 30, 40);
    private static final Tensor MASK = new Tensor(new float[] {0, 1}, 1, 1, 1, 2);
    private static final Tensor X = row(1, 2, 3, 4);

    /** Halves what it sees; without guidance, takes 1 away. */
    private static final Denoiser MODEL =
            new Denoiser() {
                @Override
                public Tensor denoise(Tensor x, float sigma) {
                    return Latents.scaled(0.5, x);
                }

                @Override
                public Guided guided(Tensor x, float sigma) {
                    return new Guided(denoise(x, sigma), Latents.sum(1, x, -1, row(1, 1, 1, 1)));
                }
            };

    private static Tensor row(float... values) {
        return new Tensor(values, 1, 2, 1, 2);
    }

    @Test
    void latentsAreKeptInWhatTheNetworkAnswers() {
        var masked = new Masked(MODEL, KEPT, MASK, false);

        assertThat(masked.denoise(X, 3).data()).containsExactly(10, 1, 30, 2);
        assertThat(masked.guided(X, 3).denoised().data()).containsExactly(10, 1, 30, 2);
        assertThat(masked.guided(X, 3).unguided().data()).containsExactly(10, 1, 30, 3);
    }

    /** At a level of √3, latents without noise are seen as though they were twice as large. */
    @Test
    void latentsAreKeptInWhatTheNetworkSees() {
        var masked = new Masked(MODEL, KEPT, MASK, true);
        float level = (float) Math.sqrt(3);

        // It sees 20 and 60, finds half of that as noise, which is taken from 1 and 3.
        assertThat(masked.denoise(X, level).data()).containsExactly(-9, 1, -27, 2);
        assertThat(masked.guided(X, level).denoised().data()).containsExactly(-9, 1, -27, 2);
        assertThat(masked.guided(X, level).unguided().data()).containsExactly(0, 1, 2, 3);
        assertThat(X.data()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void partsAreMixed() {
        Tensor mask = new Tensor(new float[] {0.25f, 0.5f}, 1, 1, 1, 2);

        assertThat(Masked.mixed(X, KEPT, mask).data()).containsExactly(7.75f, 11, 23.25f, 22);
    }
}
