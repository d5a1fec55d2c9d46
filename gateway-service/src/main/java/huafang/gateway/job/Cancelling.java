package huafang.gateway.job;

import huafang.contracts.job.Cancellation;
import huafang.contracts.job.JobEvent;
import huafang.gateway.ledger.Ledger;
import huafang.gateway.problem.ProblemException;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Ends jobs as their owners wish. The workers are told first: whatever fails after that, no more is
 * painted than the step in work. Which images it was early enough for is the ledger's to say.
 */
@Singleton
public class Cancelling {
    private static final Logger LOG = Logger.getLogger(Cancelling.class);

    private final Jobs jobs;
    private final LiveJobs live;
    private final Queue queue;
    private final Ledger ledger;

    Cancelling(Jobs jobs, LiveJobs live, Queue queue, Ledger ledger) {
        this.jobs = jobs;
        this.live = live;
        this.queue = queue;
        this.ledger = ledger;
    }

    /**
     * Cancels what has not ended of a job.
     *
     * @return the job as it stands then; it has not ended if the ledger could not be asked, and
     *     ends when the workers come to its images
     * @throws ProblemException if there is no such job of this owner (404), or it cannot be
     *     cancelled now (503)
     */
    public Job cancel(UUID id, String owner) {
        LiveJob job = jobs.follow(id, owner);
        if (job.now().job().hasEnded()) {
            return job.now().job();
        }
        queue.publish(new Cancellation(id, Instant.now()));
        try {
            for (int index : ledger.cancel(id, job.now().job().images().size())) {
                var event = new JobEvent.Cancelled(id, index, Instant.now(), true);
                queue.mention(event);
                live.apply(event);
            }
        } catch (ProblemException e) {
            LOG.warnf("Cancelled by the workers alone: job=%s cause=%s", id, e.getMessage());
        }
        return job.now().job();
    }
}
