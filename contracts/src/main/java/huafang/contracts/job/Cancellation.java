package huafang.contracts.job;

import java.time.Instant;
import java.util.UUID;

/**
 * A job's owner wants no more of its pictures: a record of the topic generation-control, keyed by
 * job id.
 */
public record Cancellation(UUID jobId, Instant at) {
    public Cancellation {
        Required.all("cancellation", jobId, at);
    }
}
