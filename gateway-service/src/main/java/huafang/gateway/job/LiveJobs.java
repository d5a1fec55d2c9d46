package huafang.gateway.job;

import huafang.contracts.job.JobEvent;
import huafang.contracts.job.StepsDone;
import huafang.contracts.ledger.LedgerJob;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The jobs that this replica knows from their events, oldest first. What has ended some time ago is
 * forgotten, and sooner where there are many: the ledger knows it.
 */
@Singleton
public class LiveJobs {
    private static final int LOOKS = 10;

    private final Map<UUID, LiveJob> jobs = new LinkedHashMap<>();
    private final Tally tally = new Tally();
    private final Speed speed = new Speed();
    private final JobSettings settings;
    private Instant nextLook = Instant.MIN;

    LiveJobs(JobSettings settings) {
        this.settings = settings;
    }

    /** A job, once it is known what it is. */
    Optional<LiveJob> find(UUID id) {
        LiveJob job;
        synchronized (jobs) {
            job = jobs.get(id);
        }
        return Optional.ofNullable(job).filter(known -> known.now().job() != null);
    }

    /** The owner's jobs that have not ended, oldest first. */
    List<Job> unfinished(String owner) {
        return unfinished().stream().filter(job -> job.owner().equals(owner)).toList();
    }

    private List<Job> unfinished() {
        synchronized (jobs) {
            return jobs.values().stream()
                    .map(live -> live.now().job())
                    .filter(job -> job != null && !job.hasEnded())
                    .toList();
        }
    }

    void apply(JobEvent event) {
        switch (event) {
            case JobEvent.Accepted e -> of(e.jobId()).accept(e);
            case JobEvent.Started e ->
                    of(e.jobId()).progress(e.index(), ImageProgress.started(0, 0, null));
            case JobEvent.Finished e -> finish(e);
            case JobEvent.Failed e ->
                    of(e.jobId())
                            .progress(e.index(), ImageProgress.failed(e.reason(), e.decided()));
            case JobEvent.Cancelled e ->
                    of(e.jobId()).progress(e.index(), ImageProgress.cancelled(e.decided()));
            case JobEvent.Unknown e -> {}
        }
    }

    void apply(StepsDone done) {
        for (StepsDone.Image image : done.images()) {
            var news = ImageProgress.started(image.step(), image.steps(), image.preview());
            of(image.jobId()).progress(image.index(), news);
        }
    }

    private void finish(JobEvent.Finished end) {
        LiveJob job = of(end.jobId());
        job.progress(end.index(), ImageProgress.finished(end.partition(), end.offset()));
        Job known = job.now().job();
        if (known != null) {
            speed.measure(Cost.of(known.parameters(), 0), end.engineMillis());
        }
    }

    /** What has not ended. */
    Load load(String owner) {
        return tally.load(owner, speed.perSecond());
    }

    /** Jobs of which events may have been missed. */
    List<UUID> perhapsBehind() {
        synchronized (jobs) {
            return jobs.entrySet().stream()
                    .filter(job -> job.getValue().mayBeBehind())
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    /** Follows a job from where the ledger has it. */
    LiveJob adopt(LedgerJob job) {
        LiveJob live = of(job.jobId());
        live.adopt();
        live.accept(Job.accepted(job));
        job.images().forEach(image -> live.progress(image.index(), ImageProgress.of(image)));
        return live;
    }

    private LiveJob of(UUID id) {
        synchronized (jobs) {
            LiveJob known = jobs.get(id);
            if (known != null) {
                return known;
            }
            makeRoom();
            LiveJob live = new LiveJob(tally);
            jobs.put(id, live);
            return live;
        }
    }

    /** Looks at all of them now and then, and where there are too many makes room for a while. */
    private void makeRoom() {
        Instant now = Instant.now();
        boolean isFull = jobs.size() >= settings.mostLive() && jobs.size() > tally.unfinished();
        if (!isFull && now.isBefore(nextLook)) {
            return;
        }
        nextLook = now.plus(settings.keepEnded().dividedBy(LOOKS));
        Instant since = now.minus(settings.keepEnded());
        int most = settings.mostLive() - (isFull ? settings.mostLive() / LOOKS : 0);
        var eldest = jobs.values().iterator();
        while (eldest.hasNext()) {
            LiveJob job = eldest.next();
            if (job.isOver(jobs.size() >= most ? Instant.MAX : since)) {
                eldest.remove();
                job.forget();
            }
        }
    }
}
