package huafang.storage;

import static huafang.storage.Statement.run;

import huafang.contracts.job.ImageKey;
import huafang.contracts.job.ImageState;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.JobEvent.Accepted;
import huafang.contracts.job.JobEvent.Cancelled;
import huafang.contracts.job.JobEvent.Failed;
import huafang.contracts.job.JobEvent.Finished;
import huafang.contracts.job.JobEvent.Started;
import huafang.contracts.job.JobEvent.Unknown;
import huafang.contracts.ledger.LedgerJob;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What became of every job and image. Events may come in any order and more than once: an image's
 * row is made by whichever speaks of it first, and each change is one statement that compares the
 * state and sets it, so that an image only moves forward and its first end stays.
 */
@ApplicationScoped
class Ledger {
    private static final String ADD_JOB =
            """
            INSERT INTO ledger_jobs
              (job_id, owner, idempotency_key, image_count, save_images, parameters, accepted_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE job_id = job_id
            """;
    private static final String ADD_IMAGES =
            """
            INSERT INTO ledger_images (job_id, image_index, state, attempts, deadline)
            VALUES %s
            ON DUPLICATE KEY UPDATE deadline = COALESCE(VALUES(deadline), deadline)
            """;
    private static final String ACCEPTED_IMAGE = "(?, ?, 'ACCEPTED', 0, ?)";
    private static final String START =
            """
            UPDATE ledger_images SET state = 'STARTED', attempts = ?
            WHERE job_id = ? AND image_index = ? AND state IN ('ACCEPTED', 'STARTED') AND attempts < ?
            """;
    private static final String FINISH =
            """
            UPDATE ledger_images
            SET state = 'FINISHED', topic_partition = ?, topic_offset = ?, ended_at = ?
            WHERE job_id = ? AND image_index = ? AND state IN ('ACCEPTED', 'STARTED')
            """;
    private static final String FAIL =
            """
            UPDATE ledger_images SET state = 'FAILED', reason = ?, ended_at = ?
            WHERE job_id = ? AND image_index = ? AND state IN ('ACCEPTED', 'STARTED')
            """;

    /** The one end that takes the place of another: a picture is finished when its row is there. */
    private static final String REFUSE =
            """
            UPDATE ledger_images
            SET state = 'FAILED', reason = ?, ended_at = ?, topic_partition = NULL, topic_offset = NULL
            WHERE job_id = ? AND image_index = ? AND state IN ('ACCEPTED', 'STARTED', 'FINISHED')
              AND NOT EXISTS (SELECT 1 FROM generated_images
                WHERE generated_images.job_id = ledger_images.job_id
                  AND generated_images.image_index = ledger_images.image_index)
            """;

    private static final String FAILED_BECAUSE =
            """
            SELECT 1 FROM ledger_images
            WHERE job_id = ? AND image_index = ? AND state = 'FAILED' AND reason = ?
            """;

    private static final String CANCEL =
            """
            UPDATE ledger_images SET state = 'CANCELLED', ended_at = ?
            WHERE job_id = ? AND image_index >= ? AND image_index < ?
              AND state IN ('ACCEPTED', 'STARTED')
            """;
    private static final String CANCELLED =
            """
            SELECT image_index FROM ledger_images
            WHERE job_id = ? AND state = 'CANCELLED' ORDER BY image_index
            """;
    private static final String STATE =
            "SELECT state FROM ledger_images WHERE job_id = ? AND image_index = ? FOR UPDATE";
    private static final String JOB =
            """
            SELECT job_id, owner, save_images, parameters, accepted_at
            FROM ledger_jobs WHERE job_id = ?
            """;
    private static final String IMAGES =
            """
            SELECT image_index, state, reason, attempts, topic_partition, topic_offset
            FROM ledger_images WHERE job_id = ? ORDER BY image_index
            """;

    private final Pool pool;

    Ledger(Pool pool) {
        this.pool = pool;
    }

    /** Whether an event changes the ledger at all. */
    static boolean keeps(JobEvent event) {
        return switch (event) {
            case Accepted _, Started _, Finished _, Failed _, Cancelled _ -> true;
            case Unknown _ -> false;
        };
    }

    Uni<Void> apply(SqlClient client, JobEvent event) {
        return switch (event) {
            case Accepted accepted -> accept(client, accepted);
            case Started started -> start(client, started);
            case Finished done ->
                    finish(
                                    client,
                                    new ImageKey(done.jobId(), done.index()),
                                    done.partition(),
                                    done.offset(),
                                    done.at())
                            .replaceWithVoid();
            case Failed failed -> fail(client, failed);
            case Cancelled cancelled ->
                    cancel(
                            client,
                            cancelled.jobId(),
                            cancelled.index(),
                            cancelled.index() + 1,
                            cancelled.at());
            case Unknown _ -> Uni.createFrom().voidItem();
        };
    }

    private static Uni<Void> accept(SqlClient client, Accepted accepted) {
        String job = accepted.jobId().toString();
        return run(
                        client,
                        ADD_JOB,
                        job,
                        accepted.owner(),
                        accepted.idempotencyKey(),
                        accepted.count(),
                        accepted.save(),
                        Columns.of(accepted.parameters()),
                        Columns.of(accepted.at()))
                .flatMap(_ ->
                        add(client, job, IntStream.range(0, accepted.count()), accepted.deadline()))
                .replaceWithVoid();
    }

    private static Uni<Void> start(SqlClient client, Started started) {
        var key = new ImageKey(started.jobId(), started.index());
        return add(client, key)
                .flatMap(_ ->
                        run(
                                client,
                                START,
                                started.attempt(),
                                key.jobId().toString(),
                                key.index(),
                                started.attempt()))
                .replaceWithVoid();
    }

    private static Uni<Void> fail(SqlClient client, Failed failed) {
        var key = new ImageKey(failed.jobId(), failed.index());
        return add(client, key)
                .flatMap(_ ->
                        run(
                                client,
                                FAIL,
                                failed.reason(),
                                Columns.of(failed.at()),
                                key.jobId().toString(),
                                key.index()))
                .replaceWithVoid();
    }

    /**
     * Cancels those of a job's first images that have not ended, whether or not the ledger has
     * heard of them.
     *
     * @return the indexes of all that are cancelled
     */
    Uni<List<Integer>> cancel(UUID jobId, int images, Instant at) {
        return pool.withTransaction(client ->
                cancel(client, jobId, 0, images, at)
                        .flatMap(_ -> run(client, CANCELLED, jobId.toString()))
                        .map(rows ->
                                StreamSupport.stream(rows.spliterator(), false)
                                        .map(row -> row.getInteger(0))
                                        .toList()));
    }

    private static Uni<Void> cancel(SqlClient client, UUID jobId, int first, int end, Instant at) {
        String job = jobId.toString();
        return add(client, job, IntStream.range(first, end), null)
                .flatMap(_ -> run(client, CANCEL, Columns.of(at), job, first, end))
                .replaceWithVoid();
    }

    /**
     * The picture lies on the topic.
     *
     * @return the image's state from now on: finished, or the other end that came first
     */
    Uni<ImageState> finish(SqlClient client, ImageKey key, int partition, long offset, Instant at) {
        String job = key.jobId().toString();
        return add(client, key)
                .flatMap(_ ->
                        run(client, FINISH, partition, offset, Columns.of(at), job, key.index()))
                .flatMap(_ -> run(client, STATE, job, key.index()))
                .map(rows -> ImageState.valueOf(rows.iterator().next().getString(0)));
    }

    /**
     * The picture cannot be stored, whatever was heard of it before.
     *
     * @return whether the image has failed for that reason
     */
    Uni<Boolean> refuse(SqlClient client, ImageKey key, String reason, Instant at) {
        String job = key.jobId().toString();
        return add(client, key)
                .flatMap(_ -> run(client, REFUSE, reason, Columns.of(at), job, key.index()))
                .flatMap(_ -> run(client, FAILED_BECAUSE, job, key.index(), reason))
                .map(rows -> rows.size() > 0);
    }

    private static Uni<RowSet<Row>> add(SqlClient client, ImageKey key) {
        return add(client, key.jobId().toString(), IntStream.of(key.index()), null);
    }

    private static Uni<RowSet<Row>> add(
            SqlClient client, String job, IntStream indexes, Instant deadline) {
        var until = deadline == null ? null : Columns.of(deadline);
        var values = indexes.boxed().flatMap(index -> Stream.of(job, index, until)).toArray();
        var images = Collections.nCopies(values.length / 3, ACCEPTED_IMAGE);
        return run(client, ADD_IMAGES.formatted(String.join(", ", images)), values);
    }

    /** Null if no such job was accepted. */
    Uni<LedgerJob> find(UUID jobId) {
        return run(pool, JOB, jobId.toString())
                .flatMap(jobs ->
                        jobs.size() == 0
                                ? Uni.createFrom().nullItem()
                                : run(pool, IMAGES, jobId.toString())
                                        .map(images ->
                                                job(
                                                        jobs.iterator().next(),
                                                        StreamSupport.stream(
                                                                        images.spliterator(), false)
                                                                .map(Ledger::image)
                                                                .toList())));
    }

    static LedgerJob job(Row job, List<LedgerJob.Image> images) {
        return new LedgerJob(
                UUID.fromString(job.getString("job_id")),
                job.getString("owner"),
                Columns.parameters(job.getString("parameters")),
                job.getBoolean("save_images"),
                Columns.instant(job.getLocalDateTime("accepted_at")),
                images);
    }

    static LedgerJob.Image image(Row row) {
        return new LedgerJob.Image(
                row.getInteger("image_index"),
                ImageState.valueOf(row.getString("state")),
                row.getString("reason"),
                row.getInteger("attempts"),
                row.getInteger("topic_partition"),
                row.getLong("topic_offset"));
    }
}
