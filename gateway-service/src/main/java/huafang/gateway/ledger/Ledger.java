package huafang.gateway.ledger;

import huafang.contracts.job.ImageKey;
import huafang.contracts.ledger.KeyClaim;
import huafang.contracts.ledger.LedgerJob;
import huafang.contracts.ledger.StoredImage;
import huafang.gateway.problem.ProblemException;
import io.vertx.core.VertxException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * What storage knows. Every method throws {@link ProblemException} (503) when storage does not
 * answer.
 */
@Singleton
public class Ledger {
    private final StorageClient storage;

    Ledger(@RestClient StorageClient storage) {
        this.storage = storage;
    }

    public Optional<LedgerJob> job(UUID id) {
        return ask(() -> storage.job(id));
    }

    /**
     * Jobs of all owners with images that have not ended, by id.
     *
     * @param after only those with an id above this one, or null
     */
    public List<LedgerJob> unfinished(UUID after, int limit) {
        return ask(() -> storage.unfinished(after, limit)).orElse(List.of());
    }

    /**
     * Cancels those of a job's images that have not ended.
     *
     * @param images how many the job has
     * @return the indexes of all that are cancelled
     */
    public List<Integer> cancel(UUID id, int images) {
        return ask(() -> storage.cancel(id, images)).orElse(List.of());
    }

    /** The claim that holds for an owner's key: this one, or an earlier one. */
    public KeyClaim claim(String owner, String key, KeyClaim claim) {
        return ask(() -> storage.claim(owner, key, claim)).orElseThrow();
    }

    /**
     * The owner's stored pictures, newest first.
     *
     * @param before only ids below this one, or null
     */
    public List<StoredImage> images(String owner, Long before, int limit) {
        return ask(() -> storage.images(owner, before, limit)).orElse(List.of());
    }

    /** The PNG of a stored picture. */
    public Optional<byte[]> picture(ImageKey key, String owner) {
        return ask(() -> storage.picture(key.jobId(), key.index(), owner));
    }

    private static <T> Optional<T> ask(Supplier<T> question) {
        try {
            return Optional.ofNullable(question.get());
        } catch (WebApplicationException e) {
            if (e.getResponse().getStatus() == 404) {
                return Optional.empty();
            }
            throw away(e);
        } catch (ProcessingException | VertxException e) {
            throw away(e); // the latter where the connection ends in the middle of an answer
        }
    }

    private static ProblemException away(Exception e) {
        return ProblemException.unavailable(
                "The storage service does not answer just now; try again in a moment.", e);
    }
}
