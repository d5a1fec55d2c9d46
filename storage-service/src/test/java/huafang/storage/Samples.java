package huafang.storage;

import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Model;
import huafang.contracts.generation.Rng;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.Scheduler;
import huafang.contracts.job.GeneratedImage;
import huafang.contracts.job.ImageKey;
import huafang.contracts.job.JobEvent.Accepted;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

final class Samples {
    static final Instant AT = Instant.parse("2026-11-22T10:11:12.345678Z");
    static final GenerationParameters PARAMETERS =
            new GenerationParameters(
                    "puppy dog",
                    "blurry",
                    512,
                    768,
                    5,
                    Sampler.EULER_A,
                    Scheduler.AUTOMATIC,
                    7.0,
                    4294967293L,
                    Rng.NV,
                    new Model("sub/huafang-demo.safetensors", "0123456789abcdef".repeat(4)));

    private Samples() {}

    /** Waits as long as a busy machine may need. */
    static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofMinutes(2));
    }

    static GenerationParameters painting(String prompt) {
        var p = PARAMETERS;
        return new GenerationParameters(
                prompt,
                p.negativePrompt(),
                p.width(),
                p.height(),
                p.steps(),
                p.sampler(),
                p.scheduler(),
                7.5,
                p.seed(),
                p.rng(),
                p.model());
    }

    static GeneratedImage image(String owner, boolean save) {
        return image(new ImageKey(UUID.randomUUID(), 0), owner, save);
    }

    static GeneratedImage image(ImageKey key, String owner, boolean save) {
        return new GeneratedImage(key, owner, PARAMETERS, save, 1234, AT);
    }

    static Accepted accepted(UUID job, int count) {
        return new Accepted(job, "admin", PARAMETERS, count, true, null, AT);
    }

    static Accepted accepted(UUID job, int count, Instant deadline) {
        return new Accepted(job, "admin", PARAMETERS, count, true, null, AT, deadline);
    }

    static byte[] bytes(int length) {
        var bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
