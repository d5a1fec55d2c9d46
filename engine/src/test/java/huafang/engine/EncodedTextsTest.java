package huafang.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import huafang.engine.text.Chunk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EncodedTextsTest {
    private static final Path DEMO =
            Path.of("../deploy/models/Stable-diffusion/huafang-demo.safetensors");

    private final List<String> asked = new ArrayList<>();

    @Test
    void theLeastRecentlyUsedAreForgotten() {
        var texts = new EncodedTexts(2 * 4 * Float.BYTES);

        for (String name : List.of("1", "2", "1", "3", "1", "2")) {
            texts.of(key(name, 1), () -> encoded(name), () -> true);
        }

        assertThat(asked).containsExactly("1", "2", "3", "2");
    }

    @Test
    void anotherClipSkipIsAnotherText() {
        var texts = new EncodedTexts();

        texts.of(key("1", 1), () -> encoded("one"), () -> true);
        texts.of(key("1", 2), () -> encoded("two"), () -> true);

        assertThat(asked).containsExactly("one", "two");
    }

    @Test
    void whatIsKnownDoesNotWaitForAnEncoder() throws Exception {
        var texts = new EncodedTexts();
        Tensor known = texts.of(key("1", 1), () -> encoded("1"), () -> true);
        var begun = new CountDownLatch(1);
        var released = new CompletableFuture<Tensor>();
        var slow =
                CompletableFuture.supplyAsync(() ->
                        texts.of(
                                key("2", 1),
                                () -> {
                                    begun.countDown();
                                    return released.join();
                                },
                                () -> true));
        begun.await();

        assertThat(texts.of(key("1", 1), () -> encoded("again"), () -> true)).isSameAs(known);
        assertThatThrownBy(() -> texts.of(key("3", 1), () -> encoded("3"), () -> false))
                .isInstanceOf(CancellationException.class);
        released.complete(Tensor.zeros(4));

        assertThat(slow.get()).isSameAs(released.get());
        assertThat(asked).containsExactly("1");
    }

    @Test
    void aSecondPictureWithTheSameNegativePromptDoesNotEncodeItAgain() {
        try (var model = StableDiffusion.load(DEMO)) {
            model.paint(request("a red house", "trees", 1), StepListener.NONE);
            int both = model.painter().texts().runs();

            model.paint(request("a blue house", "trees", 2), StepListener.NONE);
            assertThat(model.painter().texts().runs()).as("one more").isEqualTo(both * 3 / 2);

            model.paint(request("a blue house", "(trees:1.2)", 3), StepListener.NONE);
            assertThat(model.painter().texts().runs())
                    .as("none more: weights come later")
                    .isEqualTo(both * 3 / 2);
        }
    }

    private static EncodedTexts.Key key(String name, int clipSkip) {
        var chunk = new Chunk(List.of(Integer.parseInt(name)), List.of(), List.of());
        return new EncodedTexts.Key(chunk, clipSkip, new LoadedAdapters.Key(List.of()));
    }

    private Tensor encoded(String name) {
        asked.add(name);
        return Tensor.zeros(4);
    }

    private static Txt2Img request(String prompt, String negative, long seed) {
        return new Txt2Img(
                prompt,
                negative,
                64,
                64,
                1,
                Sampler.EULER,
                Schedule.KARRAS,
                5,
                seed,
                Rng.NV,
                Txt2Img.Reading.USUAL);
    }
}
