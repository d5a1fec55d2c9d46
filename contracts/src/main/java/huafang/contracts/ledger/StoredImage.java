package huafang.contracts.ledger;

import huafang.contracts.generation.ImageParameters;
import huafang.contracts.job.ImageKey;
import java.time.Instant;

/**
 * A picture in the database, without its pixels.
 *
 * @param id of its row in generated_images
 */
public record StoredImage(long id, ImageKey key, ImageParameters parameters, Instant finishedAt) {}
