package huafang.storage;

import static huafang.storage.Statement.run;

import huafang.contracts.job.ImageKey;
import huafang.contracts.ledger.LedgerJob;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What of the ledger has not ended. */
@ApplicationScoped
class OpenImages {
    /**
     * How long after its deadline an image is given up that was begun and given back: longer than
     * the broker leaves it to the worker that began it.
     */
    static final Duration LONGEST_WORK = Duration.ofHours(1);

    private static final String JOBS =
            """
            SELECT job_id, owner, save_images, parameters, accepted_at FROM ledger_jobs
            WHERE job_id > ? AND job_id IN
              (SELECT job_id FROM ledger_images WHERE state IN ('ACCEPTED', 'STARTED'))
            ORDER BY job_id LIMIT ?
            """;

    private static final String IMAGES =
            """
            SELECT job_id, image_index, state, reason, attempts, topic_partition, topic_offset
            FROM ledger_images WHERE job_id IN (%s) ORDER BY job_id, image_index
            """;

    private static final String EXPIRED =
            """
            SELECT job_id, image_index, deadline FROM ledger_images
            WHERE state = 'ACCEPTED' AND deadline < ? OR state = 'STARTED' AND deadline < ?
            ORDER BY deadline LIMIT ?
            """;

    private final Pool pool;

    OpenImages(Pool pool) {
        this.pool = pool;
    }

    /** An image that waited for longer than its owner wanted. */
    record Expired(ImageKey key, Instant deadline) {}

    /**
     * Jobs with images that have not ended, by id.
     *
     * @param after only those with an id above this one
     * @param limit at most so many
     */
    Uni<List<LedgerJob>> jobs(String after, int limit) {
        return run(pool, JOBS, after, limit)
                .flatMap(jobs ->
                        jobs.size() == 0
                                ? Uni.createFrom().item(List.<LedgerJob>of())
                                : imagesOf(jobs)
                                        .map(images ->
                                                stream(jobs)
                                                        .map(job ->
                                                                Ledger.job(
                                                                        job,
                                                                        images.getOrDefault(
                                                                                job.getString(
                                                                                        "job_id"),
                                                                                List.of())))
                                                        .toList()));
    }

    private Uni<Map<String, List<LedgerJob.Image>>> imagesOf(RowSet<Row> jobs) {
        Object[] ids = stream(jobs).map(job -> job.getString("job_id")).toArray();
        String marks = String.join(", ", Collections.nCopies(ids.length, "?"));
        return run(pool, IMAGES.formatted(marks), ids)
                .map(rows -> {
                    var images = new HashMap<String, List<LedgerJob.Image>>();
                    for (Row row : rows) {
                        images.computeIfAbsent(row.getString("job_id"), _ -> new ArrayList<>())
                                .add(Ledger.image(row));
                    }
                    return images;
                });
    }

    /**
     * Images that were not begun by their deadline, the longest expired first.
     *
     * @param by which it must have passed
     */
    Uni<List<Expired>> expired(Instant by, int limit) {
        return run(pool, EXPIRED, Columns.of(by), Columns.of(by.minus(LONGEST_WORK)), limit)
                .map(rows ->
                        stream(rows)
                                .map(row ->
                                        new Expired(
                                                new ImageKey(
                                                        UUID.fromString(row.getString("job_id")),
                                                        row.getInteger("image_index")),
                                                Columns.instant(row.getLocalDateTime("deadline"))))
                                .toList());
    }

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }
}
