package huafang.engine;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.batch.Priority;
import huafang.engine.pixels.Pixels;
import huafang.engine.pixels.ResizeMode;
import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import huafang.engine.sampling.StepListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a CPU a picture is the same to the last bit, alone and in any company. */
@Timeout(300)
class CompanyTest {
    private static final Path DEMO =
            Path.of("../deploy/models/Stable-diffusion/huafang-demo.safetensors");
    private static final List<String> WORDS =
            List.of("red house", "night", "trees", "山丘", "AND snow", "(sea:1.3)", "[fog:sun:2]");
    private static final int COMPANY = 8;
    private static final int PICTURES = 24;

    private record Wish(Request request, Manner manner, int pauseMillis) {}

    @Test
    void picturesAreTheSameAloneAndInRandomCompany() throws Exception {
        var random = new Random(20261123);
        List<Wish> wishes = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) {
            wishes.add(wish(random));
        }
        try (var model = StableDiffusion.load(DEMO);
                var company = Executors.newFixedThreadPool(COMPANY, Thread.ofVirtual().factory())) {
            List<Future<byte[]>> together = new ArrayList<>();
            for (Wish wish : wishes) {
                together.add(
                        company.submit(() -> {
                            Thread.sleep(wish.pauseMillis);
                            return painted(model, wish);
                        }));
            }
            for (int i = 0; i < PICTURES; i++) {
                assertThat(together.get(i).get())
                        .as("%s", wishes.get(i).request())
                        .isEqualTo(painted(model, wishes.get(i)));
            }
        }
    }

    private static byte[] painted(StableDiffusion model, Wish wish) {
        return model.paint(wish.request, wish.manner, StepListener.NONE).rgb();
    }

    private static Wish wish(Random random) {
        var text =
                new Txt2Img(
                        words(random),
                        words(random),
                        64 + 8 * random.nextInt(3),
                        64 + 8 * random.nextInt(2),
                        2 + random.nextInt(6),
                        one(random, Sampler.values()),
                        one(random, Schedule.values()),
                        List.of(1.0, 4.5, 7.0).get(random.nextInt(3)),
                        random.nextInt(1000),
                        one(random, Rng.values()),
                        Txt2Img.Reading.USUAL);
        var over = new Pixels(64, 64, 3, new byte[64 * 64 * 3]);
        random.nextBytes(over.data());
        Request request =
                random.nextInt(3) == 0
                        ? new Img2Img(
                                text, over, ResizeMode.JUST_RESIZE, 0.3 + random.nextDouble() / 2)
                        : text;
        var manner =
                new Manner(
                        random.nextInt(6) == 0, Optional.empty(), one(random, Priority.values()));
        return new Wish(request, manner, random.nextInt(60));
    }

    private static String words(Random random) {
        var words = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            words.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
        }
        return words.toString();
    }

    private static <T> T one(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    /** A large picture is decoded for seconds, while another one's steps go on. */
    @Test
    void whileOnePictureIsDecodedAnotherSteps() throws Exception {
        try (var model = StableDiffusion.load(DEMO);
                var company = Executors.newFixedThreadPool(2, Thread.ofVirtual().factory())) {
            var stepped = new CountDownLatch(1);
            Future<Long> large =
                    company.submit(() -> {
                        model.paint(
                                plain(768, 1),
                                (done, of) -> {
                                    stepped.countDown();
                                    return true;
                                });
                        return System.nanoTime();
                    });
            stepped.await();
            var lastStep = new AtomicLong();

            model.paint(
                    plain(64, 3),
                    (done, of) -> {
                        lastStep.set(System.nanoTime());
                        return true;
                    });

            assertThat(lastStep.get()).isLessThan(large.get());
        }
    }

    private static Txt2Img plain(int side, int steps) {
        return new Txt2Img(
                "a red house",
                "",
                side,
                side,
                steps,
                Sampler.EULER,
                Schedule.KARRAS,
                1,
                1,
                Rng.NV,
                Txt2Img.Reading.USUAL);
    }
}
