package huafang.faults;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a customer asks for, and what was answered.
 *
 * @param key for idempotency: repeated requests are one job
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

    /** How its images end. */
    enum Ending {
        PICTURE(""),
        NAN(" then nan"),
        EXIT(" then exit"),
        HANG(" then hang");

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

    boolean isAccepted() {
        return job.get() != null;
    }

    /** As the scripted engine and {@code POST /api/v1/jobs} read it. */
    String json() {
        return """
        {"prompt": "script %d ms%s", "steps": %d, "seed": %d, "count": %d, "width": 64, "height": 64,
         "sampler": "Euler", "cfgScale": 1, "save": true}
        """
                .formatted(stepMillis, ending.words, steps, seed, images);
    }
}
