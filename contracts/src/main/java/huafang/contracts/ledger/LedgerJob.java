package huafang.contracts.ledger;

import huafang.contracts.generation.ImageParameters;
import huafang.contracts.job.ImageState;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A job as the ledger has it.
 *
 * @param parameters of the first image
 * @param images by index, one for each image of the job
 */
public record LedgerJob(
        UUID jobId,
        String owner,
        ImageParameters parameters,
        boolean save,
        Instant acceptedAt,
        List<Image> images) {

    /**
     * @param reason why it failed, else null
     * @param partition of generated-images where a finished picture lies while it is retained, else
     *     null
     * @param offset likewise
     */
    public record Image(
            int index,
            ImageState state,
            String reason,
            int attempts,
            Integer partition,
            Long offset) {}
}
