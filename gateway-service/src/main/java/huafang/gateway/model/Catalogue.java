package huafang.gateway.model;

import huafang.contracts.catalogue.AddOn;
import huafang.contracts.catalogue.Checkpoint;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.generation.Model;
import huafang.gateway.problem.ProblemException;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * What lies in the models volume. The model-downloader knows it; while it is away, what it said
 * last holds.
 */
@Singleton
public class Catalogue {
    private final DownloaderSettings settings;
    private final Listing<Checkpoint> checkpoints;
    private final Listing<AddOn> addOns;

    Catalogue(@RestClient DownloaderClient downloader, DownloaderSettings settings) {
        this.settings = settings;
        this.checkpoints = new Listing<>(downloader::models);
        this.addOns = new Listing<>(downloader::addOns);
    }

    /**
     * All files, usable or not.
     *
     * @throws ProblemException (503) if they were never heard of
     */
    public List<Checkpoint> checkpoints() {
        return checkpoints.since(recently());
    }

    /**
     * All files that change what checkpoints paint, usable or not.
     *
     * @throws ProblemException (503) if they were never heard of
     */
    public List<AddOn> addOns() {
        return addOns.since(recently());
    }

    /** The files of one kind. */
    public List<AddOn> addOns(AddOn.Kind kind) {
        return addOns().stream().filter(addOn -> addOn.kind() == kind).toList();
    }

    /**
     * The file that somebody means.
     *
     * @param field where the name stands
     * @throws InvalidParameterException if there is none of that name, or it cannot be used
     */
    public AddOn usable(AddOn.Kind kind, String name, String field) {
        return find(addOns(), kind, name)
                .filter(AddOn::isUsable)
                .or(() -> find(addOns.since(Instant.now()), kind, name))
                .filter(addOn -> requireUsable(addOn, name, field))
                .orElseThrow(() -> new InvalidParameterException(field, name, namesOf(kind)));
    }

    /** By a file's name, else by another that it had. */
    private static Optional<AddOn> find(List<AddOn> known, AddOn.Kind kind, String name) {
        List<AddOn> all = known.stream().filter(addOn -> addOn.kind() == kind).toList();
        return all.stream()
                .filter(addOn -> addOn.isCalled(name))
                .reduce((first, second) -> first.isUsable() ? first : second)
                .or(() -> all.stream().filter(it -> name.equals(it.alias())).findFirst());
    }

    private static boolean requireUsable(AddOn addOn, String name, String field) {
        if (!addOn.isUsable()) {
            throw new InvalidParameterException(
                    field,
                    name,
                    addOn.problem() == null
                            ? "a file that has been looked at; this one is still being read"
                            : "a usable file; of this one: " + addOn.problem());
        }
        return true;
    }

    private String namesOf(AddOn.Kind kind) {
        String usable =
                addOns(kind).stream()
                        .filter(AddOn::isUsable)
                        .map(AddOn::name)
                        .collect(Collectors.joining(", "));
        return usable.isEmpty()
                ? "nothing yet: there is no usable file in the folder " + kind.folder()
                : "one of " + usable;
    }

    private Instant recently() {
        return Instant.now().minus(settings.listFreshFor());
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
            known = checkpoints.since(Instant.now());
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

    /**
     * A checkpoint that is used beside the one to paint with.
     *
     * @param field where the name stands
     * @throws InvalidParameterException if there is none of that name, or it cannot be used
     */
    public Model beside(String name, String field) {
        try {
            return usable(name).model();
        } catch (InvalidParameterException e) {
            throw e.of(field);
        }
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
}
