package huafang.storage;

import huafang.contracts.job.JobEvent;
import io.smallrye.mutiny.Multi;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Ends images that nobody has begun by their deadline, also while no worker comes to them. It is
 * said in the events, which the ledger hears as all others do, after what workers said before: a
 * replica that dies over it has lost nothing, and several may say the same.
 *
 * <p>Only a ledger that has read everything knows what has not been begun: after an outage of the
 * database it first hears what was painted meanwhile. And what counts is the time of the look
 * before this one, at which the broker answered as well: what a worker began in time is told by
 * now.
 */
@ApplicationScoped
class Expiry {
    private static final Logger LOG = Logger.getLogger(Expiry.class);
    private static final int MOST_AT_ONCE = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final OpenImages open;
    private final ReadPositions positions;
    private final Decisions decisions;
    private Instant lastLook;

    Expiry(OpenImages open, ReadPositions positions, Decisions decisions) {
        this.open = open;
        this.positions = positions;
        this.decisions = decisions;
    }

    /** Ends what had expired at the look before this one. */
    synchronized void look() {
        Instant by = lastLook;
        lastLook = null;
        Instant now = Instant.now();
        try {
            if (positions.areAtEnd()) {
                end(by);
                lastLook = now;
            }
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.warnf("expired images are looked for later: %s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(Instant by) {
        if (by == null) {
            return;
        }
        var expired = open.expired(by, MOST_AT_ONCE).await().atMost(PATIENCE);
        if (expired.isEmpty()) {
            return;
        }
        Multi.createFrom()
                .iterable(expired)
                .onItem()
                .transformToUniAndMerge(image -> decisions.tell(failed(image)))
                .onItem()
                .ignoreAsUni()
                .await()
                .atMost(PATIENCE);
        LOG.infof("images expired: %d", expired.size());
    }

    private static JobEvent failed(OpenImages.Expired image) {
        return new JobEvent.Failed(
                image.key().jobId(),
                image.key().index(),
                JobEvent.Failed.expired(image.deadline()),
                Instant.now());
    }
}
