package huafang.storage;

import static huafang.storage.Statement.run;

import huafang.contracts.job.GeneratedImage;
import huafang.contracts.job.ImageKey;
import huafang.contracts.ledger.StoredImage;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** The table generated_images. */
@ApplicationScoped
class Pictures {
    private static final String INSERT =
            """
            INSERT INTO generated_images
              (prompt, negative_prompt, steps, seed, sampler, cfg_scale, size, model_hash, model,
               image_base64, job_id, image_index, owner, parameters, engine_millis, finished_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE id = id
            """;
    private static final String LIST =
            """
            SELECT id, job_id, image_index, parameters, finished_at FROM generated_images
            WHERE owner = ? AND id < ? ORDER BY id DESC LIMIT ?
            """;
    private static final String PNG =
            """
            SELECT image_base64 FROM generated_images
            WHERE job_id = ? AND image_index = ? AND owner = ?
            """;

    private final Pool pool;

    Pictures(Pool pool) {
        this.pool = pool;
    }

    /** Writes the row; one that is there already stays as it is. */
    Uni<Void> insert(SqlClient client, GeneratedImage image, byte[] png) {
        var told = Told.of(image.parameters());
        return run(
                        client,
                        INSERT,
                        told.prompt(),
                        told.negativePrompt(),
                        told.steps(),
                        told.seed(),
                        told.sampler(),
                        told.cfgScale(),
                        told.size(),
                        told.modelHash(),
                        told.model(),
                        Base64.getEncoder().encodeToString(png),
                        image.key().jobId().toString(),
                        image.key().index(),
                        image.owner(),
                        Columns.of(image.parameters()),
                        image.engineMillis(),
                        Columns.of(image.finishedAt()))
                .replaceWithVoid();
    }

    /**
     * An owner's pictures, newest first.
     *
     * @param before only rows with a smaller id
     * @param limit at most so many
     */
    Uni<List<StoredImage>> list(String owner, long before, int limit) {
        return run(pool, LIST, owner, before, limit)
                .map(rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                                .map(Pictures::stored)
                                .toList());
    }

    /** Null if this owner has no such picture. */
    Uni<byte[]> png(ImageKey key, String owner) {
        return run(pool, PNG, key.jobId().toString(), key.index(), owner)
                .map(rows ->
                        rows.size() == 0
                                ? null
                                : Base64.getDecoder().decode(rows.iterator().next().getString(0)));
    }

    private static StoredImage stored(Row row) {
        return new StoredImage(
                row.getLong("id"),
                new ImageKey(
                        UUID.fromString(row.getString("job_id")), row.getInteger("image_index")),
                Columns.parameters(row.getString("parameters")),
                Columns.instant(row.getLocalDateTime("finished_at")));
    }
}
