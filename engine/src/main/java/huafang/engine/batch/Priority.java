package huafang.engine.batch;

/** Whose steps come first. */
public enum Priority {
    /** Somebody looks on: before the others, but for a turn in eight. */
    INTERACTIVE,
    /** What can wait. */
    BULK
}
