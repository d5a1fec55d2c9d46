package huafang.contracts.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.UUID;

/**
 * How far images of one worker are: all that did a step since it last told, which is at most four
 * times a second. A record of the topic generation-steps. It has no order with the {@link
 * JobEvent}s: it may come before the one that says that the image was begun, or after its end.
 */
public record StepsDone(List<Image> images) {
    public StepsDone {
        Required.all("steps done", images);
        images = List.copyOf(images);
    }

    /**
     * Denoising step {@code step} of {@code steps} is done.
     *
     * @param preview a small PNG of what the picture is going to be, in base64, now and then where
     *     previews were asked for; else null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Image(UUID jobId, int index, int step, int steps, String preview) {
        public Image {
            Required.all("step done", jobId);
        }
    }
}
