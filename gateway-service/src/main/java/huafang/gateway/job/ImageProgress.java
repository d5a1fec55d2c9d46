package huafang.gateway.job;

import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.ImageParameters;
import huafang.contracts.infotext.Infotext;
import huafang.contracts.job.ImageState;
import huafang.contracts.ledger.LedgerJob;
import java.util.UUID;

/**
 * How far an image is: news from the events or from the ledger. Either may be late, so news only
 * ever moves an image forward.
 *
 * @param decided whether the ledger has it so: that holds even if a worker told of another end
 *     before
 */
record ImageProgress(
        ImageState state,
        int step,
        int steps,
        String preview,
        String reason,
        JobImage.Claim claim,
        boolean decided) {
    static final ImageProgress NONE =
            new ImageProgress(ImageState.ACCEPTED, 0, 0, null, null, null, false);

    /**
     * @param steps to be done, 0 while that is not known
     * @param preview a PNG in base64, or null
     */
    static ImageProgress started(int step, int steps, String preview) {
        return new ImageProgress(ImageState.STARTED, step, steps, preview, null, null, false);
    }

    static ImageProgress finished(int partition, long offset) {
        return new ImageProgress(
                ImageState.FINISHED,
                0,
                0,
                null,
                null,
                new JobImage.Claim(partition, offset),
                false);
    }

    static ImageProgress failed(String reason, boolean decided) {
        return new ImageProgress(ImageState.FAILED, 0, 0, null, reason, null, decided);
    }

    static ImageProgress cancelled(boolean decided) {
        return new ImageProgress(ImageState.CANCELLED, 0, 0, null, null, null, decided);
    }

    static ImageProgress of(LedgerJob.Image image) {
        var claim =
                image.partition() == null || image.offset() == null
                        ? null
                        : new JobImage.Claim(image.partition(), image.offset());
        return new ImageProgress(
                image.state(), 0, 0, null, image.reason(), claim, image.state().isEnd());
    }

    ImageProgress after(ImageProgress news) {
        boolean isNewState = state.mayBecome(news.state) || news.decided && news.state != state;
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
                news.claim,
                news.decided);
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
