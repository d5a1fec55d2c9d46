package huafang.gateway.job;

import huafang.contracts.ledger.LedgerJob;
import huafang.gateway.ledger.Ledger;
import huafang.gateway.problem.ProblemException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Learns from the ledger of the jobs that were accepted longer ago than events are read at a start:
 * they count for what may wait. The replica is not ready before that, so that an update or one more
 * replica opens no second queue beside the full one. Where the ledger does not answer it is ready
 * after a while all the same, and goes on asking: a bound that is too wide for as long does less
 * harm than a door that stays shut. What the ledger was behind with is asked again now and then.
 */
@Singleton
class CatchUp {
    private static final Logger LOG = Logger.getLogger(CatchUp.class);
    private static final int AFTER_CHANNELS = 5000;
    private static final int PAGE = 500;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final LiveJobs live;
    private final Present present;
    private final Ledger ledger;
    private final JobSettings settings;
    private volatile Instant patientUntil;
    private volatile boolean isDone;
    private volatile Thread thread;

    CatchUp(LiveJobs live, Present present, Ledger ledger, JobSettings settings) {
        this.live = live;
        this.present = present;
        this.ledger = ledger;
        this.settings = settings;
        patientUntil = Instant.now().plus(settings.catchUpWithin());
    }

    void begin(@Observes @Priority(AFTER_CHANNELS) StartupEvent start) {
        patientUntil = Instant.now().plus(settings.catchUpWithin());
        thread = Thread.ofVirtual().name("catch up").start(this::repeat);
    }

    void end(@Observes ShutdownEvent stop) {
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Whether jobs may come in: those that wait are known, or that takes too long. */
    boolean isOver() {
        return isDone || !Instant.now().isBefore(patientUntil);
    }

    private void repeat() {
        boolean isToldOf = false;
        try {
            while (true) {
                try {
                    int known = look();
                    if (!isDone) {
                        LOG.infof("Jobs that wait are known: from the ledger=%d", known);
                    }
                    isDone = true;
                    isToldOf = false;
                    Thread.sleep(settings.replay());
                } catch (ProblemException e) {
                    if (!isToldOf) {
                        LOG.warnf("Jobs that wait are asked for again: cause=%s", e.getMessage());
                        isToldOf = true;
                    }
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Asks once. Jobs that the events tell of are not the ledger's to tell.
     *
     * @return how many jobs were learned of
     * @throws ProblemException (503) if the events or the ledger cannot be read
     */
    int look() {
        present.await();
        Set<UUID> open = new HashSet<>();
        int learned = 0;
        List<LedgerJob> page;
        UUID last = null;
        do {
            page = ledger.unfinished(last, PAGE);
            for (LedgerJob job : page) {
                last = job.jobId();
                open.add(last);
                if (live.find(last).filter(known -> !known.mayBeBehind()).isEmpty()) {
                    live.adopt(job);
                    learned++;
                }
            }
        } while (page.size() == PAGE);
        for (UUID job : live.perhapsBehind()) {
            if (!open.contains(job)) {
                ledger.job(job).ifPresent(live::adopt);
            }
        }
        return learned;
    }
}
