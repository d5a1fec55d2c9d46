package huafang.engine.checkpoint;

/**
 * A file that cannot be used as a checkpoint. The message is one sentence for the file's owner: it
 * names the file, what was expected and what was found.
 */
public final class CheckpointException extends RuntimeException {
    public CheckpointException(String message) {
        super(message);
    }

    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
