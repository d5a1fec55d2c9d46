package huafang.worker;

import huafang.contracts.job.ImageKey;
import huafang.contracts.job.StepsDone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * How far this worker's images are, told of all of them together: a moment after the first step of
 * which nothing has been told. Nobody is woken while nothing is painted.
 */
final class Progress {
    private static final Duration MOMENT = Duration.ofMillis(250);

    /** In characters: what the broker takes at once is 1 MiB. */
    private static final int MOST_IN_A_RECORD = 256 << 10;

    /** What an image takes beside its preview, or somewhat less. */
    private static final int IMAGE = 128;

    private final Function<StepsDone, CompletableFuture<?>> outbox;
    private final Executor later;
    private Map<ImageKey, StepsDone.Image> untold = new LinkedHashMap<>();
    private CompletableFuture<?> told = CompletableFuture.completedFuture(null);

    /**
     * @param outbox tells, and returns what is done when that is over, well or badly
     */
    Progress(Function<StepsDone, CompletableFuture<?>> outbox) {
        this(outbox, CompletableFuture.delayedExecutor(MOMENT.toMillis(), TimeUnit.MILLISECONDS));
    }

    /**
     * @param later runs what it is given when that moment is over
     */
    Progress(Function<StepsDone, CompletableFuture<?>> outbox, Executor later) {
        this.outbox = outbox;
        this.later = later;
    }

    /**
     * A step is done.
     *
     * @param preview a PNG in base64, which is told along with a later step if one comes first; or
     *     null
     */
    void step(ImageKey image, int done, int of, String preview) {
        var step = new StepsDone.Image(image.jobId(), image.index(), done, of, preview);
        boolean isFirst;
        synchronized (this) {
            isFirst = untold.isEmpty();
            untold.merge(image, step, Progress::next);
        }
        if (isFirst) {
            later.execute(this::tell);
        }
    }

    private static StepsDone.Image next(StepsDone.Image before, StepsDone.Image now) {
        return now.preview() != null || before.preview() == null
                ? now
                : new StepsDone.Image(
                        now.jobId(), now.index(), now.step(), now.steps(), before.preview());
    }

    private void tell() {
        if (!told.isDone()) {
            later.execute(this::tell); // to a silent broker, steps do not heap up
            return;
        }
        Map<ImageKey, StepsDone.Image> all;
        synchronized (this) {
            all = untold;
            untold = new LinkedHashMap<>();
        }
        List<StepsDone.Image> record = new ArrayList<>();
        int length = 0;
        for (StepsDone.Image image : all.values()) {
            int more = IMAGE + (image.preview() == null ? 0 : image.preview().length());
            if (!record.isEmpty() && length + more > MOST_IN_A_RECORD) {
                outbox.apply(new StepsDone(record));
                record.clear();
                length = 0;
            }
            record.add(image);
            length += more;
        }
        told = outbox.apply(new StepsDone(record));
    }
}
