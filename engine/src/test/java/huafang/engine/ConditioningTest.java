package huafang.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.adapter.AddOns;
import huafang.engine.network.GoldenWeights;
import huafang.engine.network.Networks;
import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import huafang.engine.sampling.StepListener;
import huafang.engine.text.Embeddings;
import huafang.engine.text.Emphasis;
import huafang.engine.text.PromptEncoder;
import huafang.engine.text.PromptPart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What prompts become, against PyTorch's numbers, which tools/golden/conditioning.py made. */
class ConditioningTest {
    private static final int STEPS = 8;

    @TempDir static Path folder;
    private static StableDiffusion model;
    private static Networks networks;

    @BeforeAll
    static void load() {
        Path file = GoldenWeights.write(folder, "pipeline", "64x64");
        model = StableDiffusion.load(file);
        networks = Networks.load(file);
    }

    @AfterAll
    static void close() {
        model.close();
        networks.close();
    }

    private record Case(String name, Txt2Img request) {
        static Case parse(String line) {
            String[] cells = line.split("\t");
            return new Case(
                    cells[0],
                    new Txt2Img(
                            cells[1].replace("\\n", "\n"),
                            cells[2],
                            64,
                            64,
                            STEPS,
                            Sampler.EULER,
                            Schedule.KARRAS,
                            Double.parseDouble(cells[5]),
                            11,
                            Rng.CPU,
                            new Txt2Img.Reading(
                                    Integer.parseInt(cells[3]),
                                    Emphasis.named(cells[4]),
                                    AddOns.NONE)));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return new String(resource("cases.tsv"), UTF_8).lines().map(Case::parse);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void promptsAreEncodedAsInPyTorch(Case expected) {
        Txt2Img request = expected.request();
        var encoder = encoder(request.reading(), new AtomicInteger());
        var contexts = new ByteArrayOutputStream();
        for (PromptPart part : PromptPart.parse(request.prompt())) {
            for (var stage : encoder.encode(part.text(), STEPS)) {
                contexts.writeBytes(bytes(stage.context().data()));
            }
        }
        float[] all = floats(contexts.toByteArray());
        float[] sample = new float[(all.length + 6) / 7];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = all[7 * i];
        }

        assertThat(relativeError(sample, floats(resource(expected.name + ".contexts.f32"))))
                .isLessThan(1e-4);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void promptsPaintWhatPyTorchPaints(Case expected) {
        float[] latents = model.paint(expected.request(), StepListener.NONE).latents().data();

        assertThat(relativeError(latents, floats(resource(expected.name + ".latents.f32"))))
                .isLessThan(1e-3);
    }

    /** Before tags are looked for: this LoRA is nowhere. */
    @Test
    void commentsAreNotRead() {
        Txt2Img plain = request("a red house by the sea", "blurry", 1);
        Txt2Img commented =
                request(
                        "a red house # <lora:nobody:1>\nby the sea",
                        "# or (rather:1.9)\nblurry",
                        1);

        assertThat(model.paint(commented, StepListener.NONE).latents().data())
                .isEqualTo(model.paint(plain, StepListener.NONE).latents().data());
    }

    @Test
    void theSameWordsAreEncodedOnce() {
        var calls = new AtomicInteger();
        var encoder = encoder(Txt2Img.Reading.USUAL, calls);

        encoder.encode("a [red|blue] house", STEPS);
        encoder.encode("a red (house:1.2)", STEPS);
        encoder.encode("BREAK BREAK", STEPS);
        encoder.encode("", STEPS);

        assertThat(calls).hasValue(3);
    }

    @Test
    void whatNoMachineCouldDoIsRefusedBeforeIt() {
        String changing = "cat, ".repeat(2000) + "[a|b][c|d|e][f|g|h|i|j]";
        assertThatThrownBy(() ->
                        encoder(Txt2Img.Reading.USUAL, new AtomicInteger()).encode(changing, 150))
                .hasMessageMatching(
                        "the prompt: found 10\\d\\d or more chunks of 75 tokens over all steps, allowed: 1024; change less, or a shorter prompt");
        assertThatThrownBy(
                        () -> model.paint(request("a AND ".repeat(64) + "b", 1), StepListener.NONE))
                .hasMessage("the prompt: found 65 prompts composed by AND, allowed: 64");
        assertThatThrownBy(() -> model.paint(request("a", 4), StepListener.NONE))
                .hasMessage("expected a clip skip from 1 to 3, found 4");
    }

    private static Txt2Img request(String prompt, int clipSkip) {
        return request(prompt, "", clipSkip);
    }

    private static Txt2Img request(String prompt, String negativePrompt, int clipSkip) {
        return new Txt2Img(
                prompt,
                negativePrompt,
                64,
                64,
                STEPS,
                Sampler.EULER,
                Schedule.KARRAS,
                7,
                11,
                Rng.CPU,
                new Txt2Img.Reading(clipSkip, Emphasis.ORIGINAL, AddOns.NONE));
    }

    private static PromptEncoder encoder(Txt2Img.Reading reading, AtomicInteger calls) {
        return new PromptEncoder(
                chunk -> {
                    calls.incrementAndGet();
                    return networks.encodeText(new int[][] {chunk.idArray()}, reading.clipSkip());
                },
                reading.emphasis(),
                Embeddings.NONE,
                networks.textWidths());
    }

    private static double relativeError(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        double error = 0;
        double whole = 0;
        for (int i = 0; i < found.length; i++) {
            error += Math.pow(found[i] - expected[i], 2);
            whole += Math.pow(expected[i], 2);
        }
        return Math.sqrt(error / whole);
    }

    private static byte[] bytes(float[] numbers) {
        var bytes =
                ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return bytes.array();
    }

    private static float[] floats(byte[] bytes) {
        var floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] numbers = new float[floats.remaining()];
        floats.get(numbers);
        return numbers;
    }

    private static byte[] resource(String name) {
        try (var file =
                ConditioningTest.class.getResourceAsStream("/golden/conditioning/" + name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
