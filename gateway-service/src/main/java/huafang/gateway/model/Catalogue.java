package huafang.gateway.model;

import huafang.contracts.catalogue.Checkpoint;
import huafang.contracts.generation.InvalidParameterException;
import huafang.gateway.problem.ProblemException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.logging.Logger;

/**
 * The checkpoints that lie in the models volume. The model-downloader knows them; while it is away,
 * what it said last holds.
 */
@Singleton
public class Catalogue {
    private static final Logger LOG = Logger.getLogger(Catalogue.class);

    private final DownloaderClient downloader;
    private final DownloaderSettings settings;
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile Listing listing = new Listing(null, Instant.MIN);

    private record Listing(List<Checkpoint> checkpoints, Instant askedAt) {}

    Catalogue(@RestClient DownloaderClient downloader, DownloaderSettings settings) {
        this.downloader = downloader;
        this.settings = settings;
    }

    /**
     * All files, usable or not.
     *
     * @throws ProblemException (503) if they were never heard of
     */
    public List<Checkpoint> checkpoints() {
        return listedSince(Instant.now().minus(settings.listFreshFor()));
    }

    /**
     * The checkpoint to paint with.
     *
     * @param name any of its names, or null for the first usable one
     * @throws InvalidParameterException if there is none of that name, or it cannot be used
     */
    public Checkpoint usable(String name) {
        List<Checkpoint> known = checkpoints();
        Optional<Checkpoint> found = find(known, name);
        if (found.filter(Checkpoint::isUsable).isEmpty()) {
            known = listedSince(Instant.now());
            found = find(known, name);
        }
        if (found.isEmpty()) {
            throw new InvalidParameterException("model", name, namesOf(known));
        }
        if (!found.get().isUsable()) {
            String problem = found.get().problem();
            throw new InvalidParameterException(
                    "model",
                    name,
                    problem == null
                            ? "a checkpoint that has been looked at; this one is still being read"
                            : "a usable checkpoint; of this one: " + problem);
        }
        return found.get();
    }

    /** The usable checkpoint of a name, or the first one if it is null. */
    public Optional<Checkpoint> find(String name) {
        return find(checkpoints(), name).filter(Checkpoint::isUsable);
    }

    private static Optional<Checkpoint> find(List<Checkpoint> known, String name) {
        if (name == null) {
            return known.stream().filter(Checkpoint::isUsable).findFirst();
        }
        return known.stream()
                .filter(checkpoint -> checkpoint.isCalled(name))
                .reduce((first, second) -> first.isUsable() ? first : second);
    }

    private static String namesOf(List<Checkpoint> known) {
        String usable =
                known.stream()
                        .filter(Checkpoint::isUsable)
                        .map(checkpoint -> checkpoint.model().title())
                        .collect(Collectors.joining(", "));
        return usable.isEmpty()
                ? "nothing yet: there is no usable checkpoint in the models' folder"
                : "one of " + usable;
    }

    private List<Checkpoint> listedSince(Instant instant) {
        Listing current = listing;
        if (!current.askedAt().isBefore(instant)) {
            return current.checkpoints();
        }
        refreshing.lock();
        try {
            if (listing.askedAt().isBefore(instant)) {
                listing = new Listing(ask(listing.checkpoints()), Instant.now());
            }
            return listing.checkpoints();
        } finally {
            refreshing.unlock();
        }
    }

    private List<Checkpoint> ask(List<Checkpoint> last) {
        try {
            return List.copyOf(downloader.models());
        } catch (WebApplicationException | ProcessingException e) {
            if (last == null) {
                throw ProblemException.unavailable(
                        "The model-downloader, which knows the models, does not answer; try again in a moment.",
                        e);
            }
            LOG.warnf("Models could not be listed, the last list holds: cause=%s", e.getMessage());
            return last;
        }
    }
}
