package huafang.gateway.sdapi;

import huafang.contracts.job.ImageState;
import huafang.gateway.job.Job;
import huafang.gateway.job.JobImage;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * How far a job is, in AUTOMATIC1111's words.
 *
 * @param progress 0 to 1
 * @param eta_relative seconds to go, as far as that can be told
 * @param current_image a small PNG in base64 of what the image in work is going to be, or null
 */
record Progress(
        double progress, double eta_relative, State state, String current_image, String textinfo) {
    static final Progress IDLE =
            new Progress(0, 0, new State(false, false, false, "", 0, "0", 0, 0, 0), null, null);

    record State(
            boolean skipped,
            boolean interrupted,
            boolean stopping_generation,
            String job,
            int job_count,
            String job_timestamp,
            int job_no,
            int sampling_step,
            int sampling_steps) {}

    static Progress of(Job job, Instant now) {
        int count = job.images().size();
        int steps = job.images().stream().mapToInt(JobImage::steps).max().orElse(1);
        int ended = (int) job.images().stream().filter(image -> image.state().isEnd()).count();
        int step =
                job.images().stream()
                        .filter(image -> image.state() == ImageState.STARTED)
                        .mapToInt(JobImage::step)
                        .findFirst()
                        .orElse(0);
        double progress =
                Math.min(1, 0.01 + (double) ended / count + (double) step / (steps * count));
        double seconds = Duration.between(job.acceptedAt(), now).toMillis() / 1000.0;
        return new Progress(
                progress,
                Math.max(0, seconds / progress - seconds),
                new State(
                        false,
                        false,
                        false,
                        job.id().toString(),
                        count,
                        Info.timestamp(job.acceptedAt()),
                        ended,
                        step,
                        steps),
                preview(job),
                null);
    }

    private static String preview(Job job) {
        return job.images().stream()
                .map(JobImage::preview)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    Progress withoutImage() {
        return new Progress(progress, eta_relative, state, null, textinfo);
    }
}
