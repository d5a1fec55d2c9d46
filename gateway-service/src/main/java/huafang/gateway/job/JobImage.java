package huafang.gateway.job;

import com.fasterxml.jackson.annotation.JsonIgnore;
import huafang.contracts.job.ImageState;

/**
 * One image of a job, as its owner sees it.
 *
 * @param index its place in the job, from 0
 * @param seed null where there is no chance in it
 * @param step denoising steps done, of {@code steps}
 * @param preview a small PNG in base64 of what it is going to be, where previews were asked for;
 *     else null
 * @param reason why it failed, else null
 * @param infotext how it was made, as the picture itself tells it, or null while there is none
 * @param picture where the PNG is read, or null while there is none
 * @param claim where the PNG lies on the broker while it is retained, or null
 */
public record JobImage(
        int index,
        Long seed,
        ImageState state,
        int step,
        int steps,
        String preview,
        String reason,
        String infotext,
        String picture,
        @JsonIgnore Claim claim) {

    /** A place on the topic of pictures. */
    public record Claim(int partition, long offset) {}
}
