package huafang.faults;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a customer asks for, and what was answered.
 *
 * @param key for idempotency, by which repeated requests are one job; or null
 * @param job once a gateway has accepted it
 * @param cancelledAt once its customer wanted no more of it
 */
record Order(
        String key,
        int images,
        int steps,
        int stepMillis,
        long seed,
        Ending ending,
        AtomicReference<UUID> job,
        AtomicReference<Instant> cancelledAt) {
    private static final int SIDE = 64;

    /** What comes before an image's first step and after its last, in steps. */
    private static final int OVERHEAD_STEPS = 2;

    /** How its images end. */
    enum Ending {
        PICTURE(""),
        NAN(" then nan"),
        EXIT(" then exit"),
        HANG(" then hang"),
        /** The real engine paints it. */
        PAINTED("");

        private final String words;

        Ending(String words) {
            this.words = words;
        }
    }

    Order(String key, int images, int steps, int stepMillis, long seed, Ending ending) {
        this(
                key,
                images,
                steps,
                stepMillis,
                seed,
                ending,
                new AtomicReference<>(),
                new AtomicReference<>());
    }

    /** One image, with a key of its own. */
    static Order single(int steps, int stepMillis, long seed, Ending ending) {
        return new Order(UUID.randomUUID().toString(), 1, steps, stepMillis, seed, ending);
    }

    /** The cost of its images, as the bound of the queue counts it: step-megapixels. */
    double cost() {
        return images * costOfImage(0);
    }

    /** Likewise of one that has come so far. */
    double costOfImage(int stepsDone) {
        return (steps - stepsDone + OVERHEAD_STEPS) * SIDE * SIDE / 1e6;
    }

    boolean isAccepted() {
        return job.get() != null;
    }

    /** As the scripted engine and {@code POST /api/v1/jobs} read it. */
    String json() {
        String prompt =
                ending == Ending.PAINTED
                        ? "a red house"
                        : "script %d ms%s".formatted(stepMillis, ending.words);
        return """
        {"prompt": "%s", "steps": %d, "seed": %d, "count": %d, "width": %d, "height": %d,
         "sampler": "Euler", "cfgScale": 1, "save": true}
        """
                .formatted(prompt, steps, seed, images, SIDE, SIDE);
    }
}
