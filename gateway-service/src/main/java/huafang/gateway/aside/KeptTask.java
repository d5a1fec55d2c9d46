package huafang.gateway.aside;

import com.fasterxml.jackson.annotation.JsonInclude;
import huafang.contracts.job.ImageTask;
import java.time.Instant;

/**
 * A task that was given up.
 *
 * @param id its offset on the topic
 * @param image job id and index, or whatever stood there
 * @param reason a sentence
 * @param task null if it is none that can be read
 * @param text the beginning of one that cannot be read, else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record KeptTask(
        long id, String image, String reason, Instant keptAt, ImageTask task, String text) {}
