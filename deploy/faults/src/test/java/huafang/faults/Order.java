package huafang.faults;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a customer asks for, and what was answered.
 *
 * @param owner whose it is
 * @param key for idempotency, by which repeated requests are one job; or null
 * @param expiresAfter seconds after which an image that has not been begun is not wanted; or null
 * @param tries to have it accepted, in their order
 * @param job once a gateway has accepted it
 * @param cancelledAt once its customer wanted no more of it
 * @param isCancelTaken whether a gateway has confirmed that
 */
record Order(
        String owner,
        String key,
        int images,
        int steps,
        int stepMillis,
        long seed,
        Ending ending,
        Integer expiresAfter,
        List<Try> tries,
        AtomicReference<UUID> job,
        AtomicReference<Instant> cancelledAt,
        AtomicBoolean isCancelTaken) {
    private static final int SIDE = 64;

    /** What comes before an image's first step and after its last, in steps. */
    private static final int OVERHEAD_STEPS = 2;

    /**
     * A request, and when it was answered.
     *
     * @param status 0 if it was not
     */
    record Try(Instant sent, Instant answered, int status) {}

    /** How its images end. */
    enum Ending {
        PICTURE(""),
        NAN(" then nan"),
        EXIT(" then exit"),
        HANG(" then hang"),
        /** As a picture, and no step is told of. */
        UNTOLD(" then untold"),
        /** The real engine paints it. */
        PAINTED("");

        private final String words;

        Ending(String words) {
            this.words = words;
        }

        boolean isPicture() {
            return this == PICTURE || this == UNTOLD || this == PAINTED;
        }
    }

    Order(String key, int images, int steps, int stepMillis, long seed, Ending ending) {
        this(Fleet.OWNER, key, images, steps, stepMillis, seed, ending, null);
    }

    Order(
            String owner,
            String key,
            int images,
            int steps,
            int stepMillis,
            long seed,
            Ending ending,
            Integer expiresAfter) {
        this(
                owner,
                key,
                images,
                steps,
                stepMillis,
                seed,
                ending,
                expiresAfter,
                new CopyOnWriteArrayList<>(),
                new AtomicReference<>(),
                new AtomicReference<>(),
                new AtomicBoolean());
    }

    /** One image, with a key of its own, of somebody with nothing else on the way. */
    static Order single(int steps, int stepMillis, long seed, Ending ending) {
        return of(1, steps, stepMillis, seed, ending);
    }

    /** Likewise, of several. */
    static Order of(int images, int steps, int stepMillis, long seed, Ending ending) {
        var key = UUID.randomUUID().toString();
        return new Order(Fleet.GUEST, key, images, steps, stepMillis, seed, ending, null);
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
         "sampler": "Euler", "cfgScale": 1, "save": true, "expiresAfter": %s}
        """
                .formatted(prompt, steps, seed, images, SIDE, SIDE, expiresAfter);
    }
}
