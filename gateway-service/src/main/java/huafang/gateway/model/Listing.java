package huafang.gateway.model;

import huafang.gateway.problem.ProblemException;
import io.vertx.core.VertxException;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** What the model-downloader listed last; while it is away, that holds. */
final class Listing<T> {
    private static final Logger LOG = Logger.getLogger(Listing.class);

    private final Supplier<List<T>> downloader;
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile Said<T> last = new Said<>(null, Instant.MIN);

    private record Said<T>(List<T> list, Instant askedAt) {}

    Listing(Supplier<List<T>> downloader) {
        this.downloader = downloader;
    }

    /**
     * The list, asked for anew if it is older.
     *
     * @throws ProblemException (503) if it was never heard of
     */
    List<T> since(Instant instant) {
        Said<T> current = last;
        if (!current.askedAt().isBefore(instant)) {
            return current.list();
        }
        refreshing.lock();
        try {
            if (last.askedAt().isBefore(instant)) {
                last = new Said<>(ask(last.list()), Instant.now());
            }
            return last.list();
        } finally {
            refreshing.unlock();
        }
    }

    private List<T> ask(List<T> before) {
        try {
            return List.copyOf(downloader.get());
        } catch (WebApplicationException | ProcessingException | VertxException e) {
            if (before == null) {
                throw ProblemException.unavailable(
                        "The model-downloader, which knows the models, does not answer; try again in a moment.",
                        e);
            }
            LOG.warnf("Models could not be listed, the last list holds: cause=%s", e.getMessage());
            return before;
        }
    }
}
