package huafang.gateway.job;

import huafang.contracts.job.ImageState;
import huafang.contracts.job.JobEvent;
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
    private final Map<UUID, LiveJob> jobs = new LinkedHashMap<>();
    private final Speed speed = new Speed();
    private final JobSettings settings;

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
            case JobEvent.Progressed e ->
                    of(e.jobId())
                            .progress(
                                    e.index(),
                                    ImageProgress.started(e.step(), e.steps(), e.preview()));
            case JobEvent.Finished e -> finish(e);
            case JobEvent.Failed e ->
                    of(e.jobId()).progress(e.index(), ImageProgress.failed(e.reason()));
            case JobEvent.Cancelled e ->
                    of(e.jobId()).progress(e.index(), ImageProgress.cancelled());
            case JobEvent.Unknown e -> {}
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
        double all = 0;
        double own = 0;
        int ownImages = 0;
        int inWork = 0;
        List<Job> unfinished = unfinished();
        for (Job job : unfinished) {
            boolean isOwn = job.owner().equals(owner);
            double cost = 0;
            for (JobImage image : job.images()) {
                if (!image.state().isEnd()) {
                    cost += Cost.of(job.parameters(), image.step());
                    inWork += image.state() == ImageState.STARTED ? 1 : 0;
                    ownImages += isOwn ? 1 : 0;
                }
            }
            all += cost;
            own += isOwn ? cost : 0;
        }
        return new Load(
                unfinished.size(), all, own, ownImages, speed.perSecond() * Math.max(1, inWork));
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
            LiveJob live = new LiveJob();
            jobs.put(id, live);
            return live;
        }
    }

    private void makeRoom() {
        Instant since = Instant.now().minus(settings.keepEnded());
        var eldest = jobs.values().iterator();
        while (eldest.hasNext()) {
            LiveJob job = eldest.next();
            boolean isFull = jobs.size() >= settings.mostLive();
            if (job.isOver(isFull ? Instant.MAX : since)) {
                eldest.remove();
                job.forget();
            }
        }
    }
}
