package huafang.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import huafang.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionTest {
    private static final NoiseLevels LEVELS = NoiseLevels.scaledLinear();
    private static final float PICTURE = 0.7f;
    private static final float NOISE = -1.3f;

    /** A network that is right about everything must give the picture back. */
    @ParameterizedTest
    @ValueSource(floats = {0.03f, 0.5f, 2, 14.6f})
    void epsilonAndVelocityLeadToTheSamePicture(float sigma) {
        Tensor x = tensor(PICTURE + sigma * NOISE);
        double kept = 1 / Math.sqrt((double) sigma * sigma + 1);
        float velocity = (float) (kept * NOISE - kept * sigma * PICTURE);

        assertThat(picture(new Prediction.Epsilon(LEVELS), x, NOISE, sigma))
                .isCloseTo(PICTURE, within(1e-5f));
        assertThat(picture(new Prediction.V(LEVELS), x, velocity, sigma))
                .isCloseTo(PICTURE, within(1e-5f));
    }

    /** At its lowest timestep, 19: a share of 0.25 / (190² + 0.25) is the input's. */
    @Test
    void consistencyModelsKeepALittleOfTheirInput() {
        var trained = new Prediction.Epsilon(LEVELS);
        Prediction consistent = Sampler.LCM.prediction(trained);
        float sigma = consistent.levels().lowest();
        Tensor x = tensor(1000);

        assertThat(sigma).isEqualTo(LEVELS.at(19));
        assertThat(picture(consistent, x, 0, sigma) - 1000)
                .isCloseTo((float) (1000 * (0.25 - 0.125) / (190 * 190)), within(2e-4f));
        assertThat(Sampler.EULER.prediction(trained)).isSameAs(trained);
    }

    private static float picture(Prediction prediction, Tensor x, float output, float sigma) {
        return prediction.denoised(x, tensor(output), sigma).data()[0];
    }

    private static Tensor tensor(float value) {
        return new Tensor(new float[] {value}, 1, 1, 1, 1);
    }
}
