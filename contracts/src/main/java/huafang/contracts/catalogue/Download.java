package huafang.contracts.catalogue;

import java.util.UUID;

/**
 * How far a download is.
 *
 * @param doneBytes received so far
 * @param totalBytes of the file, or -1 while unknown
 * @param problem a sentence where the state is {@link State#FAILED}, else null
 */
public record Download(
        UUID id,
        String url,
        String file,
        State state,
        long doneBytes,
        long totalBytes,
        String problem) {

    /** A download ends as done, and the file is then visible, or as failed, and nothing is. */
    public enum State {
        RUNNING,
        CHECKING,
        DONE,
        FAILED
    }
}
