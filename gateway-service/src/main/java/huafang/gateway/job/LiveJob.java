package huafang.gateway.job;

import huafang.contracts.job.JobEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A job whose events this replica follows. Events of images may come before the one that says what
 * the job is.
 */
public final class LiveJob {
    private final Map<Integer, ImageProgress> images = new HashMap<>();
    private final Tally tally;
    private Share share = Share.NOTHING;
    private JobEvent.Accepted accepted;
    private volatile boolean isAdopted;
    private Instant changedAt = Instant.now();
    private volatile Moment moment = Moment.of(null);

    /**
     * The job between two changes.
     *
     * @param job null while nobody has said what it is
     * @param passed completes at the next change, or when nobody will tell of one any more
     */
    public record Moment(Job job, CompletableFuture<Void> passed) {
        private static Moment of(Job job) {
            return new Moment(job, new CompletableFuture<>());
        }
    }

    /**
     * @param tally where it counts
     */
    LiveJob(Tally tally) {
        this.tally = tally;
    }

    public Moment now() {
        return moment;
    }

    /**
     * Waits until the job has ended.
     *
     * @param cut completes when nobody waits for it any more
     * @return the job, or nothing if the wait was cut or the job forgotten
     */
    public Optional<Job> ended(CompletableFuture<Void> cut) {
        Moment known = moment;
        while (!known.job().hasEnded()) {
            CompletableFuture.anyOf(known.passed(), cut).join();
            Moment next = moment;
            if (cut.isDone() || next == known) {
                return Optional.empty();
            }
            known = next;
        }
        return Optional.of(known.job());
    }

    synchronized void accept(JobEvent.Accepted news) {
        if (accepted == null) {
            accepted = news;
            pass(Job.of(accepted, images));
        }
    }

    synchronized void progress(int index, ImageProgress news) {
        ImageProgress before = images.getOrDefault(index, ImageProgress.NONE);
        ImageProgress after = before.after(news);
        if (after != before) {
            images.put(index, after);
            Job job = moment.job();
            pass(job == null ? null : job.with(index, after));
        }
    }

    /** Has it known that the ledger told of this job: its first events were before this replica. */
    void adopt() {
        isAdopted = true;
    }

    /** Whether events that the ledger did not know then may have been missed. */
    boolean mayBeBehind() {
        Job job = moment.job();
        return isAdopted && job != null && !job.hasEnded();
    }

    /** Wakes those who wait, for nothing more will be heard here. */
    synchronized void forget() {
        moment.passed().complete(null);
    }

    /** Whether it may be forgotten: nothing has happened since then, nor will. */
    synchronized boolean isOver(Instant since) {
        Job job = moment.job();
        return changedAt.isBefore(since) && (job == null || job.hasEnded());
    }

    private void pass(Job job) {
        changedAt = Instant.now();
        Moment last = moment;
        moment = Moment.of(job);
        if (job != null) {
            Share before = share;
            share = Share.of(job);
            tally.change(job.owner(), before, share);
        }
        last.passed().complete(null);
    }
}
