package huafang.engine.batch;

import java.time.Duration;

/** Whose steps come first. */
public enum Priority {
    /** Somebody looks on: before the others, but for a turn in eight. */
    INTERACTIVE,
    /** What can wait. */
    BULK;

    private static final Duration PUT_OFF_AT_MOST = Duration.ofMinutes(5);

    /**
     * What it becomes with time: an image that was put off for ever would never end.
     *
     * @param inWork how long the image has been
     */
    Priority after(Duration inWork) {
        return inWork.compareTo(PUT_OFF_AT_MOST) < 0 ? this : INTERACTIVE;
    }
}
