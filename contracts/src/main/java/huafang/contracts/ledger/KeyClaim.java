package huafang.contracts.ledger;

import java.util.UUID;

/**
 * An owner's Idempotency-Key stands for one job.
 *
 * @param jobId the job
 * @param requestHash of the request's content: the same key with another request is an error
 */
public record KeyClaim(UUID jobId, String requestHash) {}
