package huafang.gateway.job;

import huafang.contracts.generation.InvalidParameterException;
import java.time.Duration;
import java.util.Optional;

/** What a job may be asked for. */
public sealed interface WorkRequest permits JobRequest, EnlargeRequest {
    int LONGEST_WAIT = 6 * 24 * 60 * 60;

    /** How many images. */
    int count();

    /** Whether the pictures go into the database. */
    boolean save();

    /** Whether events show how the pictures come along. */
    boolean previews();

    /** Seconds after which an image that has not been begun is given up, or null for the usual. */
    Double expiresAfter();

    /** How long an image may wait to be begun, if that was said. */
    default Optional<Duration> patience() {
        return Optional.ofNullable(expiresAfter())
                .map(seconds -> Duration.ofMillis(Math.round(1000 * seconds)));
    }

    /**
     * @throws InvalidParameterException if nobody may wait so many seconds
     */
    static void requireWait(Double seconds) {
        if (seconds != null && !(seconds >= 1 && seconds <= LONGEST_WAIT)) {
            throw new InvalidParameterException(
                    "expiresAfter", seconds, "1 to %d seconds".formatted(LONGEST_WAIT));
        }
    }
}
