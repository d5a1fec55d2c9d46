package huafang.single;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** All parts together. */
final class Product {
    private static final Duration START = Duration.ofMinutes(3);

    private final Layout layout;
    private final List<Supervised> parts;
    private volatile boolean ending;

    Product(
            Layout layout,
            List<Part> parts,
            BiConsumer<String, ProcessHandle> started,
            Consumer<String> report) {
        this.layout = layout;
        this.parts = parts.stream().map(part -> new Supervised(part, started, report)).toList();
    }

    /**
     * Returns when every part is ready, and watches over them from then on.
     *
     * @return false when it was ended before that
     */
    boolean start() throws InterruptedException {
        for (var part : parts) {
            rotateLog(part.part().name());
            if (!ending) {
                part.start();
            }
        }
        long deadline = System.nanoTime() + START.toNanos();
        for (var part : parts) {
            awaitReady(part, deadline);
        }
        parts.forEach(Supervised::watch);
        return !ending;
    }

    /**
     * Ends all parts, the last started first, so that each can still say goodbye to its servers.
     */
    void end() {
        ending = true;
        parts.reversed().forEach(Supervised::end);
    }

    private void awaitReady(Supervised part, long deadline) throws InterruptedException {
        while (!ending && !part.part().ready()) {
            var name = part.part().name();
            var log = layout.shown(layout.log(name));
            if (!part.alive()) {
                throw new Refusal(
                        "%s ended before it was ready; why stands at the end of %s"
                                .formatted(name, log));
            }
            if (System.nanoTime() > deadline) {
                throw new Refusal(
                        "%s was not ready after %d s; what it waits for stands in %s"
                                .formatted(name, START.toSeconds(), log));
            }
            Thread.sleep(50);
        }
    }

    /** Each log begins with the run; that of the run before stays beside it. */
    private void rotateLog(String name) {
        var log = layout.log(name);
        try {
            if (Files.exists(log)) {
                Files.move(
                        log,
                        log.resolveSibling(log.getFileName() + ".1"),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
