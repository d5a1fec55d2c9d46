package huafang.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import huafang.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuidanceTest {
    private static final Prediction EPSILON = new Prediction.Epsilon(NoiseLevels.scaledLinear());
    private static final float SIGMA = 2;
    private static final Tensor X = new Tensor(new float[] {1, -3}, 1, 1, 1, 2);

    private final List<Tensor> calls = new ArrayList<>();
    private final List<Float> timesteps = new ArrayList<>();
    private final List<Float> inputs = new ArrayList<>();

    /** Answers each row with the first number of its context, everywhere. */
    private Tensor network(Tensor x, float[] t, Conditioning prompt) {
        Tensor context = prompt.context();
        calls.add(context);
        float[] noise = new float[x.data().length];
        int row = x.data().length / x.size(0);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = context.rows(i / row, i / row + 1).data()[0];
        }
        for (float each : t) {
            timesteps.add(each);
        }
        inputs.add(x.data()[0]);
        return new Tensor(noise, x.shape());
    }

    private float[] denoise(float scale, Tensor positive, Tensor negative) {
        return new Guidance(
                        this::network,
                        EPSILON,
                        Course.of(Conditioning.of(positive)),
                        Course.of(Conditioning.of(negative)),
                        scale)
                .denoise(X, SIGMA)
                .data();
    }

    @Test
    void goesFromTheNegativeThroughThePositiveByTheScale() {
        // Noise of the positive row 0.5, of the negative 0.25: denoised 0 and 0.5, 3 times the way
        // from 0.5 through 0.
        float[] denoised = denoise(3, context(1, 0.5f), context(1, 0.25f));

        assertThat(denoised[0]).isCloseTo(-1f, within(1e-6f));
        assertThat(denoised[1]).isCloseTo(-5f, within(1e-6f));
    }

    @Test
    void equallyLongContextsShareACall() {
        denoise(3, context(77, 1), context(77, 2));

        assertThat(calls).hasSize(1);
        assertThat(calls.getFirst().shape()).containsExactly(2, 77, 1);
    }

    @Test
    void contextsOfOtherLengthsAreAskedOneByOneAndGiveTheSame() {
        float[] denoised = denoise(3, context(154, 0.5f), context(77, 0.25f));

        assertThat(calls).extracting(call -> call.size(1)).containsExactly(154, 77);
        assertThat(denoised[0]).isCloseTo(-1f, within(1e-6f));
    }

    @Test
    void scaleOneDoesNotAskTheNegative() {
        float[] denoised = denoise(1, context(77, 0.5f), context(77, Float.NaN));

        assertThat(calls).hasSize(1);
        assertThat(calls.getFirst().shape()).containsExactly(1, 77, 1);
        assertThat(denoised[0]).isCloseTo(0, within(1e-6f));
    }

    @Test
    void theNetworkSeesUnitVarianceAndTheTimestepOfTheLevel() {
        denoise(3, context(77, 1), context(77, 2));

        float expected = NoiseLevels.scaledLinear().timestep(SIGMA);
        assertThat(timesteps).containsExactly(expected, expected);
        assertThat(inputs.getFirst()).isCloseTo((float) (1 / Math.sqrt(5)), within(1e-6f));
    }

    @Test
    void composedPromptsShareACallAndAddUp() {
        var both = new Course(List.of(part(1, context(77, 0.5f)), part(-2, context(77, 1))));

        float[] denoised =
                new Guidance(
                                this::network,
                                EPSILON,
                                both,
                                Course.of(Conditioning.of(context(77, 0.25f))),
                                3)
                        .denoise(X, SIGMA)
                        .data();

        // Denoised 0, -1 and without 0.5: 0.5 + 3·(0 - 0.5) - 6·(-1 - 0.5).
        assertThat(denoised[0]).isCloseTo(8, within(1e-5f));
        assertThat(calls).hasSize(1);
        assertThat(calls.getFirst().shape()).containsExactly(3, 77, 1);
    }

    @Test
    void aComposedPromptThatIsShorterRepeatsItsLastToken() {
        Tensor shorter = new Tensor(new float[] {1, 2}, 1, 2, 1);
        var both = new Course(List.of(part(1, shorter), part(1, context(4, 3))));

        List<Conditioning> told = both.at(0);

        assertThat(told.get(0).context().data()).containsExactly(1, 2, 2, 2);
        assertThat(told.get(1).context().data()).containsExactly(3, 0, 0, 0);
    }

    @Test
    void promptsChangeWithTheCallsOfTheirOwnPicture() {
        var changing =
                new Course(
                        List.of(
                                new Course.Part(
                                        1,
                                        List.of(
                                                stage(1, context(1, 10)),
                                                stage(2, context(1, 20))))));
        var guidance =
                new Guidance(
                        this::network,
                        EPSILON,
                        changing,
                        Course.of(Conditioning.of(context(1, 0))),
                        1);
        for (int i = 0; i < 4; i++) {
            guidance.denoise(X, SIGMA);
        }

        assertThat(calls)
                .extracting(call -> call.data()[0])
                .containsExactly(10f, 10f, 20f, 10f); // what follows the last is told the first
    }

    private static Course.Part part(float weight, Tensor context) {
        return new Course.Part(weight, List.of(stage(100, context)));
    }

    private static Course.Stage stage(int until, Tensor context) {
        return new Course.Stage(until, Conditioning.of(context));
    }

    private static Tensor context(int tokens, float value) {
        float[] data = new float[tokens];
        data[0] = value;
        return new Tensor(data, 1, tokens, 1);
    }
}
