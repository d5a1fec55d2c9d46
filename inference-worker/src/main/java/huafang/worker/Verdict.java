package huafang.worker;

import huafang.contracts.job.Codec;
import huafang.contracts.job.ImageTask;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** What is to be done with a record of generation-jobs. */
sealed interface Verdict {
    /** How many workers may die over an image. */
    int MOST_ATTEMPTS = 3;

    /** Nobody wants it any more. */
    record Drop(ImageTask task) implements Verdict {}

    /**
     * Somebody's image: paint it.
     *
     * @param task with the workers counted that died over it
     */
    record Paint(ImageTask task) implements Verdict {
        /** Whether it may be to blame for the deaths of its workers, and of what shared them. */
        boolean isSuspect() {
            return task.attempts() >= MOST_ATTEMPTS - 1;
        }
    }

    /** It has waited for longer than its owner does. */
    record Expired(ImageTask task) implements Verdict {}

    /** The last of the allowed workers died over it. */
    record GiveUp(ImageTask task) implements Verdict {}

    /** No task that this worker understands. */
    record Unreadable(String problem) implements Verdict {}

    /**
     * Judges a record.
     *
     * @param value its bytes
     * @param deaths how many workers died over this record; asked only where it matters
     * @param now by which it may have expired
     * @param cancelled whether a job's owner has cancelled it
     */
    static Verdict of(
            byte[] value, ToIntFunction<ImageTask> deaths, Instant now, Predicate<UUID> cancelled) {
        ImageTask task;
        try {
            task = Codec.decode(value == null ? new byte[0] : value, ImageTask.class);
        } catch (IllegalArgumentException e) {
            return new Unreadable(e.getMessage());
        }
        if (cancelled.test(task.key().jobId())) {
            return new Drop(task);
        }
        if (task.isExpired(now)) {
            return new Expired(task);
        }
        ImageTask counted = task.after(deaths.applyAsInt(task));
        return counted.attempts() < MOST_ATTEMPTS ? new Paint(counted) : new GiveUp(counted);
    }
}
