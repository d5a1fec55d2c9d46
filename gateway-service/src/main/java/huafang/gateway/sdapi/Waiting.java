package huafang.gateway.sdapi;

import huafang.contracts.job.ImageState;
import huafang.gateway.job.Job;
import huafang.gateway.job.JobImage;
import huafang.gateway.job.LiveJob;
import huafang.gateway.picture.Pictures;
import huafang.gateway.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Waits for jobs on behalf of clients that wait for their answers. */
@Singleton
class Waiting {
    private final Pictures pictures;

    Waiting(Pictures pictures) {
        this.pictures = pictures;
    }

    /**
     * The job when all its pictures are there.
     *
     * @throws ProblemException (500) if there will be none
     */
    Job until(LiveJob live, RoutingContext http) {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        http.addEndHandler(end -> gone.complete(null));
        Job job =
                live.ended(gone)
                        .orElseThrow(() ->
                                ProblemException.of(500, "Nobody waits for this job any more."));
        for (JobImage image : job.images()) {
            if (image.state() != ImageState.FINISHED) {
                String reason = image.reason() == null ? "It was cancelled." : image.reason();
                throw ProblemException.of(500, reason);
            }
        }
        return job;
    }

    /** The PNGs of a job, in base64. */
    List<String> pictures(Job job) {
        return job.images().stream()
                .map(image -> Base64.getEncoder().encodeToString(pictures.read(job, image.index())))
                .toList();
    }
}
