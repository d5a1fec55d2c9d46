package huafang.gateway.job;

import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.ImageParameters;
import huafang.contracts.infotext.Infotext;
import huafang.contracts.job.ImageState;
import huafang.contracts.ledger.LedgerJob;
import java.util.UUID;

/**
 * How far an image is: news from the events or from the ledger. Either may be late, so news only
 * ever moves an image forward. A cancellation is the ledger's word, and holds even if the picture's
 * event was quicker.
 */
record ImageProgress(
        ImageState state,
        int step,
        int steps,
        String preview,
        String reason,
        JobImage.Claim claim) {
    static final ImageProgress NONE =
            new ImageProgress(ImageState.ACCEPTED, 0, 0, null, null, null);

    /**
     * @param steps to be done, 0 while that is not known
     * @param preview a PNG in base64, or null
     */
    static ImageProgress started(int step, int steps, String preview) {
        return new ImageProgress(ImageState.STARTED, step, steps, preview, null, null);
    }

    static ImageProgress finished(int partition, long offset) {
        return new ImageProgress(
                ImageState.FINISHED, 0, 0, null, null, new JobImage.Claim(partition, offset));
    }

    static ImageProgress failed(String reason) {
        return new ImageProgress(ImageState.FAILED, 0, 0, null, reason, null);
    }

    static ImageProgress cancelled() {
        return new ImageProgress(ImageState.CANCELLED, 0, 0, null, null, null);
    }

    static ImageProgress of(LedgerJob.Image image) {
        var claim =
                image.partition() == null || image.offset() == null
                        ? null
                        : new JobImage.Claim(image.partition(), image.offset());
        return new ImageProgress(image.state(), 0, 0, null, image.reason(), claim);
    }

    ImageProgress after(ImageProgress news) {
        boolean isNewState =
                state.mayBecome(news.state)
                        || news.state == ImageState.CANCELLED && state != ImageState.CANCELLED;
        boolean isNextStep = state == ImageState.STARTED && news.state == state && news.step > step;
        if (!isNewState && !isNextStep) {
            return this;
        }
        return new ImageProgress(
                news.state,
                Math.max(step, news.step),
                Math.max(steps, news.steps),
                news.state != ImageState.STARTED || news.preview != null ? news.preview : preview,
                news.reason,
                news.claim);
    }

    /** What the owner of the job sees of it. */
    JobImage of(UUID job, int index, ImageParameters first) {
        boolean isFinished = state == ImageState.FINISHED;
        ImageParameters image = first.ofImage(index);
        var painted = image instanceof GenerationParameters generation ? generation : null;
        int all = steps != 0 ? steps : painted == null ? 1 : painted.steps();
        return new JobImage(
                index,
                painted == null ? null : painted.seed(),
                state,
                isFinished ? all : Math.min(step, all),
                all,
                preview,
                reason,
                isFinished ? Infotext.of(image) : null,
                isFinished ? Job.path(job) + "/images/" + index : null,
                claim);
    }
}
