package huafang.contracts.job;

import java.util.UUID;

/**
 * Names one image everywhere: on the queue, in the ledger, in the table.
 *
 * @param jobId of the request that it belongs to
 * @param index its place in the request, from 0
 */
public record ImageKey(UUID jobId, int index) {
    public ImageKey {
        if (jobId == null || index < 0) {
            throw new IllegalArgumentException(
                    "image key: found (%s, %d), expected a job id and an index from 0"
                            .formatted(jobId, index));
        }
    }

    /** Reads what {@link #toString} writes. */
    public static ImageKey parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "image key: found \"%s\", expected job id/index".formatted(text));
        }
        return new ImageKey(
                UUID.fromString(text.substring(0, slash)),
                Integer.parseInt(text.substring(slash + 1)));
    }

    @Override
    public String toString() {
        return jobId + "/" + index;
    }
}
