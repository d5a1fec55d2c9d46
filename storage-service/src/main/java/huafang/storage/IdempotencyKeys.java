package huafang.storage;

import static huafang.storage.Statement.run;

import huafang.contracts.ledger.KeyClaim;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * Which job an owner's Idempotency-Key stands for: the first claim holds, for longer than anybody
 * asks again.
 */
@ApplicationScoped
class IdempotencyKeys {
    private static final String CLAIM =
            """
            INSERT INTO idempotency_keys (owner, idempotency_key, job_id, request_hash, claimed_at)
            VALUES (?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE job_id = job_id
            """;
    private static final String HOLDER =
            "SELECT job_id, request_hash FROM idempotency_keys WHERE owner = ? AND idempotency_key = ?";

    private static final String FORGET =
            "DELETE FROM idempotency_keys WHERE claimed_at < ? LIMIT 10000";

    private static final Duration KEPT = Duration.ofDays(30);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Pool pool;

    IdempotencyKeys(Pool pool) {
        this.pool = pool;
    }

    /** Forgets what was claimed long ago, some of it at a time. */
    void forgetOld() {
        run(pool, FORGET, Columns.of(Instant.now().minus(KEPT))).await().atMost(PATIENCE);
    }

    /**
     * @return the claim that holds: this one, or an earlier one
     */
    Uni<KeyClaim> claim(String owner, String key, KeyClaim claim) {
        return run(
                        pool,
                        CLAIM,
                        owner,
                        key,
                        claim.jobId().toString(),
                        claim.requestHash(),
                        Columns.of(Instant.now()))
                .flatMap(_ -> run(pool, HOLDER, owner, key))
                .map(rows -> rows.iterator().next())
                .map(row ->
                        new KeyClaim(
                                UUID.fromString(row.getString("job_id")),
                                row.getString("request_hash")));
    }
}
