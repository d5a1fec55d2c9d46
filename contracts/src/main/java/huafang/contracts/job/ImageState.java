package huafang.contracts.job;

/**
 * Where an image stands. It only ever moves to a later state; the last three are ends, and an end
 * never changes.
 */
public enum ImageState {
    ACCEPTED,
    STARTED,
    FINISHED,
    FAILED,
    CANCELLED;

    public boolean isEnd() {
        return this == FINISHED || this == FAILED || this == CANCELLED;
    }

    public boolean mayBecome(ImageState next) {
        return !isEnd() && next.compareTo(this) > 0;
    }
}
