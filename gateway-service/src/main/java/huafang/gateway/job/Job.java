package huafang.gateway.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import huafang.contracts.generation.ImageParameters;
import huafang.contracts.job.ImageState;
import huafang.contracts.job.JobEvent;
import huafang.contracts.ledger.LedgerJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A job as its owner sees it.
 *
 * @param save whether the pictures go into the database
 * @param parameters of the first image
 */
public record Job(
        UUID id,
        ImageState state,
        String owner,
        boolean save,
        Instant acceptedAt,
        ImageParameters parameters,
        List<JobImage> images) {

    record Links(String self, String events, String cancel) {}

    @JsonProperty
    Links links() {
        return new Links(path(id), path(id) + "/events", path(id) + "/cancel");
    }

    public static String path(UUID id) {
        return "/api/v1/jobs/" + id;
    }

    /** Whether nothing more will happen to it. */
    public boolean hasEnded() {
        return state.isEnd();
    }

    static Job of(JobEvent.Accepted job, Map<Integer, ImageProgress> progress) {
        List<JobImage> images =
                IntStream.range(0, job.count())
                        .mapToObj(index ->
                                progress.getOrDefault(index, ImageProgress.NONE)
                                        .of(job.jobId(), index, job.parameters()))
                        .toList();
        return new Job(
                job.jobId(),
                stateOf(images),
                job.owner(),
                job.save(),
                job.at(),
                job.parameters(),
                images);
    }

    /** The same job after news of one of its images. */
    Job with(int index, ImageProgress news) {
        if (index < 0 || index >= images.size()) {
            return this;
        }
        var changed = new ArrayList<>(images);
        changed.set(index, news.of(id, index, parameters));
        return new Job(
                id,
                stateOf(changed),
                owner,
                save,
                acceptedAt,
                parameters,
                Collections.unmodifiableList(changed));
    }

    /** What was accepted, as the ledger has it. */
    static JobEvent.Accepted accepted(LedgerJob job) {
        return new JobEvent.Accepted(
                job.jobId(),
                job.owner(),
                job.parameters(),
                job.images().size(),
                job.save(),
                null,
                job.acceptedAt());
    }

    private static ImageState stateOf(List<JobImage> images) {
        if (images.stream().allMatch(image -> image.state() == ImageState.ACCEPTED)) {
            return ImageState.ACCEPTED;
        }
        if (!images.stream().allMatch(image -> image.state().isEnd())) {
            return ImageState.STARTED;
        }
        return Stream.of(ImageState.FAILED, ImageState.CANCELLED)
                .filter(end -> images.stream().anyMatch(image -> image.state() == end))
                .findFirst()
                .orElse(ImageState.FINISHED);
    }
}
