package huafang.contracts.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.contracts.generation.AddOns;
import huafang.contracts.generation.Emphasis;
import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Hires;
import huafang.contracts.generation.Inpainting;
import huafang.contracts.generation.InputPicture;
import huafang.contracts.generation.Manner;
import huafang.contracts.generation.MaskedContent;
import huafang.contracts.generation.Model;
import huafang.contracts.generation.PromptReading;
import huafang.contracts.generation.ResizeMode;
import huafang.contracts.generation.Rng;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.SamplingOptions;
import huafang.contracts.generation.Scheduler;
import huafang.contracts.generation.Start;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files under {@code golden/} were written by earlier versions and are never changed: they must
 * parse for ever.
 */
class MessagesTest {
    private static final UUID JOB = UUID.fromString("0199f0a1-7c5e-7000-8000-000000000001");
    private static final Instant AT = Instant.parse("2026-11-22T10:11:12.345Z");
    private static final GenerationParameters PARAMETERS =
            new GenerationParameters(
                    "一座红房子, sunset",
                    "boat",
                    128,
                    192,
                    20,
                    Sampler.DPMPP_2M,
                    Scheduler.AUTOMATIC,
                    7.5,
                    4294967295L,
                    Rng.CPU,
                    new Model("huafang-demo.safetensors", "ab".repeat(32)));

    private static final GenerationParameters READ_OTHERWISE =
            PARAMETERS.with(new PromptReading(2, Emphasis.NO_NORM));

    private static final GenerationParameters UNUSUAL =
            new GenerationParameters(
                    "一座红房子, sunset",
                    "boat",
                    128,
                    192,
                    20,
                    Sampler.DPMPP_2M_SDE_HEUN,
                    Scheduler.ALIGN_YOUR_STEPS,
                    7.5,
                    4294967295L,
                    Rng.CPU,
                    PARAMETERS.model(),
                    null,
                    new SamplingOptions(
                            0.5, 1, 0.25, 9.0, 1.1, 0.1, 10, 5, true, 7, 0.25, 64, 72, 31337),
                    null,
                    null,
                    null,
                    null);

    private static final GenerationParameters WITH_ADD_ONS =
            PARAMETERS.with(
                    new AddOns(
                            new Model("bright.safetensors", "56".repeat(32)),
                            Map.of("ink", "12".repeat(32)),
                            Map.of("bad-hands", "34".repeat(32))));

    private static final InputPicture PICTURE =
            new InputPicture(1, 7, 1000, "78".repeat(32), "9a".repeat(16));
    private static final GenerationParameters WITH_START =
            PARAMETERS.with(
                    new Start(
                            PICTURE,
                            ResizeMode.CROP_AND_RESIZE,
                            0.75,
                            0.5,
                            new Inpainting(
                                    PICTURE.at(2, 8),
                                    true,
                                    4,
                                    3,
                                    true,
                                    MaskedContent.LATENT_NOTHING,
                                    true,
                                    32,
                                    null)));

    private static final GenerationParameters WITH_MASK_WEIGHT =
            PARAMETERS.with(
                    new Start(
                            PICTURE,
                            ResizeMode.JUST_RESIZE,
                            0.75,
                            null,
                            new Inpainting(
                                    PICTURE.at(2, 8),
                                    false,
                                    4,
                                    4,
                                    true,
                                    MaskedContent.ORIGINAL,
                                    false,
                                    32,
                                    0.25)));

    private static final GenerationParameters WITH_HIRES =
            PARAMETERS.with(
                    new Hires(
                            2,
                            0,
                            0,
                            "RealESRGAN_x4plus",
                            new Model("RealESRGAN_x4plus.safetensors", "de".repeat(32)),
                            0.7,
                            10,
                            "closer",
                            "fog",
                            Sampler.EULER_A,
                            Scheduler.KARRAS,
                            null));

    private static final GenerationParameters WITH_TWO_CHECKPOINTS =
            PARAMETERS.with(
                    WITH_HIRES
                            .hires()
                            .with(null, new Model("second.safetensors", "fe".repeat(32))));

    private static final GenerationParameters IN_A_MANNER =
            PARAMETERS.with(
                    new Manner(true, new Model("refiner.safetensors", "ef".repeat(32)), 0.8));

    private static final GenerationParameters REFINED_BY_STEPS =
            PARAMETERS.with(
                    new Manner(true, new Model("refiner.safetensors", "ef".repeat(32)), 0.8, true));

    private static final Enlargement ENLARGEMENT =
            new Enlargement(
                    PICTURE,
                    4,
                    512,
                    768,
                    new Enlargement.Upscaler(
                            "RealESRGAN_x4plus",
                            new Model("RealESRGAN_x4plus.safetensors", "de".repeat(32))),
                    new Enlargement.Upscaler("Lanczos", null),
                    0.25,
                    "a cat\nSteps: 20");

    static Stream<Arguments> messages() {
        ImageKey key = new ImageKey(JOB, 3);
        return Stream.of(
                Arguments.of(
                        "image-task-with-options",
                        new ImageTask(key, "admin", UNUSUAL, true, 1, AT),
                        ImageTask.class),
                Arguments.of(
                        "image-task",
                        new ImageTask(key, "admin", PARAMETERS, true, 1, AT),
                        ImageTask.class),
                Arguments.of(
                        "image-task-with-reading",
                        new ImageTask(key, "admin", READ_OTHERWISE, true, 1, AT),
                        ImageTask.class),
                Arguments.of(
                        "image-task-with-add-ons",
                        new ImageTask(key, "admin", WITH_ADD_ONS, true, 1, AT),
                        ImageTask.class),
                Arguments.of(
                        "image-task-with-start",
                        new ImageTask(key, "admin", WITH_START, true, 1, AT),
                        ImageTask.class),
                Arguments.of(
                        "image-task-with-mask-weight",
                        new ImageTask(key, "admin", WITH_MASK_WEIGHT, true, 1, AT),
                        ImageTask.class),
                Arguments.of(
                        "image-task-with-hires",
                        new ImageTask(key, "admin", WITH_HIRES, true, 1, AT),
                        ImageTask.class),
                Arguments.of(
                        "image-task-with-two-checkpoints",
                        new ImageTask(key, "admin", WITH_TWO_CHECKPOINTS, true, 1, AT),
                        ImageTask.class),
                Arguments.of(
                        "image-task-with-manner",
                        new ImageTask(key, "admin", IN_A_MANNER, true, 1, AT),
                        ImageTask.class),
                Arguments.of(
                        "image-task-with-refiner-by-steps",
                        new ImageTask(key, "admin", REFINED_BY_STEPS, true, 1, AT),
                        ImageTask.class),
                Arguments.of(
                        "image-task-of-enlargement",
                        new ImageTask(key, "admin", ENLARGEMENT, true, 1, AT),
                        ImageTask.class),
                Arguments.of(
                        "generated-image",
                        new GeneratedImage(key, "admin", PARAMETERS, false, 1234, AT),
                        GeneratedImage.class),
                Arguments.of(
                        "accepted",
                        new JobEvent.Accepted(JOB, "admin", PARAMETERS, 4, true, "k-1", AT),
                        JobEvent.class),
                Arguments.of(
                        "started", new JobEvent.Started(JOB, 3, 2, "worker-1", AT), JobEvent.class),
                Arguments.of(
                        "steps-done",
                        new StepsDone(
                                List.of(
                                        new StepsDone.Image(JOB, 3, 5, 20, null),
                                        new StepsDone.Image(JOB, 4, 6, 20, "iVBORw=="))),
                        StepsDone.class),
                Arguments.of(
                        "image-task-with-previews",
                        new ImageTask(key, "admin", PARAMETERS, true, 1, AT, true, null),
                        ImageTask.class),
                Arguments.of(
                        "image-task-with-deadline",
                        new ImageTask(
                                key, "admin", PARAMETERS, true, 1, AT, true, AT.plusSeconds(60)),
                        ImageTask.class),
                Arguments.of(
                        "finished", new JobEvent.Finished(JOB, 3, 1, 99, 1234, AT), JobEvent.class),
                Arguments.of(
                        "failed",
                        new JobEvent.Failed(JOB, 3, "The checkpoint is truncated.", AT),
                        JobEvent.class),
                Arguments.of("cancelled", new JobEvent.Cancelled(JOB, 3, AT), JobEvent.class),
                Arguments.of(
                        "accepted-with-deadline",
                        new JobEvent.Accepted(
                                JOB, "admin", PARAMETERS, 4, true, "k-1", AT, AT.plusSeconds(60)),
                        JobEvent.class),
                Arguments.of(
                        "failed-as-decided",
                        new JobEvent.Failed(JOB, 3, "The checkpoint is truncated.", AT, true),
                        JobEvent.class),
                Arguments.of(
                        "cancelled-as-decided",
                        new JobEvent.Cancelled(JOB, 3, AT, true),
                        JobEvent.class),
                Arguments.of("cancellation", new Cancellation(JOB, AT), Cancellation.class),
                Arguments.of("begun", new Begun("generation-jobs", 17, 3, AT), Begun.class),
                Arguments.of("begun-by", new Begun("generation-jobs", 17, 3, AT), Begun.class),
                Arguments.of("asked", new Asked("generation-jobs@17", 4, AT), Asked.class),
                Arguments.of("alive", new Alive("generation-jobs@17", 3, AT), Alive.class),
                Arguments.of(
                        "handed-back",
                        new HandedBack("generation-jobs", 17, AT),
                        HandedBack.class));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatEarlierVersionsWroteStillParses(String file, Object message, Class<?> type)
            throws IOException {
        assertThat(Codec.decode(golden(file), type)).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void survivesTheRoundTrip(String file, Object message, Class<?> type) {
        assertThat(Codec.decode(Codec.encode(message), type)).isEqualTo(message);
    }

    /** They told of each image's steps among its events. */
    @ParameterizedTest
    @ValueSource(strings = {"progressed", "progressed-with-preview"})
    void whatOnlyEarlierVersionsSayIsPassedOver(String file) throws IOException {
        assertThat(Codec.decode(golden(file), JobEvent.class)).isEqualTo(new JobEvent.Unknown(JOB));
    }

    @Test
    void whatIsPaintedIsWrittenAsEarlierVersionsReadIt() {
        var task = new ImageTask(new ImageKey(JOB, 3), "admin", PARAMETERS, true, 1, AT);

        assertThat(new String(Codec.encode(task), StandardCharsets.UTF_8))
                .contains("\"parameters\":{\"prompt\":")
                .doesNotContain("\"type\"");
    }

    @Test
    void fieldsAndEventsOfLaterVersionsArePassedOver() {
        String later = "{\"type\":\"upscaled\",\"jobId\":\"%s\",\"factor\":2}".formatted(JOB);
        assertThat(Codec.decode(later.getBytes(StandardCharsets.UTF_8), JobEvent.class))
                .isEqualTo(new JobEvent.Unknown(JOB));
    }

    @Test
    void aMessageWithAHoleIsRefusedWithItsText() {
        byte[] hole = "{\"type\":\"failed\",\"index\":1}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Codec.decode(hole, JobEvent.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("JobEvent: found {\"type\":\"failed\",\"index\":1}");
    }

    @Test
    void nothingIsNoMessage() {
        byte[] nothing = "null".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Codec.decode(nothing, StepsDone.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("StepsDone: found null");
    }

    @Test
    void anImageKeyReadsWhatItWrites() {
        ImageKey key = new ImageKey(JOB, 12);
        assertThat(ImageKey.parse(key.toString())).isEqualTo(key);
        assertThatThrownBy(() -> ImageKey.parse("x")).hasMessageContaining("found \"x\"");
    }

    @Test
    void anImageOnlyMovesForward() {
        assertThat(ImageState.ACCEPTED.mayBecome(ImageState.FINISHED)).isTrue();
        assertThat(ImageState.STARTED.mayBecome(ImageState.ACCEPTED)).isFalse();
        assertThat(ImageState.FINISHED.mayBecome(ImageState.FAILED)).isFalse();
    }

    private static byte[] golden(String file) throws IOException {
        try (var stream = MessagesTest.class.getResourceAsStream("/golden/" + file + ".json")) {
            return stream.readAllBytes();
        }
    }
}
