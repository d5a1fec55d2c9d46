package huafang.gateway.job;

import huafang.gateway.ledger.Ledger;
import huafang.gateway.problem.ProblemException;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Finds jobs, for their owners only. */
@Singleton
public class Jobs {
    private final LiveJobs live;
    private final Present present;
    private final Ledger ledger;

    Jobs(LiveJobs live, Present present, Ledger ledger) {
        this.live = live;
        this.present = present;
        this.ledger = ledger;
    }

    /**
     * @throws ProblemException (404) if there is no such job of this owner
     */
    public Job find(UUID id, String owner) {
        return follow(id, owner).now().job();
    }

    /**
     * Likewise, for those who want to hear of its changes.
     *
     * @throws ProblemException (404) if there is no such job of this owner
     */
    public LiveJob follow(UUID id, String owner) {
        return lookUp(id)
                .filter(job -> job.now().job().owner().equals(owner))
                .orElseThrow(() -> ProblemException.notFound("There is no job " + id + "."));
    }

    /** The owner's jobs that have not ended, oldest first. */
    public List<Job> unfinished(String owner) {
        return live.unfinished(owner);
    }

    /** Before a job is unknown, the events are read to their end, and then the ledger is asked. */
    Optional<LiveJob> lookUp(UUID id) {
        Optional<LiveJob> known = live.find(id);
        if (known.isEmpty()) {
            present.await();
            known = live.find(id);
        }
        return known.filter(job -> !job.mayBeBehind()).isPresent()
                ? known
                : ledger.job(id).map(live::adopt);
    }
}
