package huafang.downloader;

import huafang.contracts.catalogue.Download;
import huafang.contracts.catalogue.DownloadRequest;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The downloads since the start, newest first. */
@Singleton
class Downloads {
    private static final int MOST_REMEMBERED = 1000;

    private final Internet internet;
    private final Catalogue catalogue;
    private final DownloadConfig config;
    private final ExecutorService workers;
    private final List<Fetch> fetches = new ArrayList<>();

    Downloads(Internet internet, Catalogue catalogue, DownloadConfig config) {
        this.internet = internet;
        this.catalogue = catalogue;
        this.config = config;
        this.workers =
                Executors.newFixedThreadPool(
                        config.parallel(),
                        Thread.ofPlatform().daemon().name("fetch-", 0).factory());
    }

    /**
     * @throws RefusedException if it is not begun
     */
    synchronized Download start(DownloadRequest request) {
        Wanted wanted = Wanted.of(request);
        var target = catalogue.folder().path(wanted.file());
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw RefusedException.conflict(
                    "%s is in the checkpoints' folder already.".formatted(wanted.file()));
        }
        if (fetches.stream()
                .anyMatch(fetch -> fetch.isUnderWay() && fetch.file().equals(wanted.file()))) {
            throw RefusedException.conflict("%s is being fetched.".formatted(wanted.file()));
        }
        var fetch = new Fetch(wanted, internet, catalogue, config);
        fetches.addFirst(fetch);
        if (fetches.size() > MOST_REMEMBERED && !fetches.getLast().isUnderWay()) {
            fetches.removeLast();
        }
        workers.execute(fetch);
        return fetch.shown();
    }

    synchronized List<Download> list() {
        return fetches.stream().map(Fetch::shown).toList();
    }

    synchronized Optional<Download> find(UUID id) {
        return fetches.stream()
                .filter(fetch -> fetch.id().equals(id))
                .map(Fetch::shown)
                .findFirst();
    }

    @PreDestroy
    void stop() {
        workers.shutdownNow();
    }
}
