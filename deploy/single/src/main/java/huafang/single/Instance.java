package huafang.single;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * At most one run per {@code var/}: a lock that the system takes back however the run ends, and a
 * list of the processes that it started, each with its start time, so that what a killed run left
 * behind is found and nothing else is ever ended.
 */
final class Instance implements AutoCloseable {
    /** What runs: a process, when it started, and where its page is (for the launcher only). */
    record Entry(String name, long pid, long startedMillis, String url) {
        private static final Duration CLOCK_STEP = Duration.ofSeconds(2);

        static Entry of(String name, ProcessHandle process, String url) {
            return new Entry(name, process.pid(), started(process), url);
        }

        static Entry parse(String line) {
            var words = line.split(" ", 4);
            return new Entry(
                    words[0], Long.parseLong(words[1]), Long.parseLong(words[2]), words[3]);
        }

        String line() {
            return name + " " + pid + " " + startedMillis + " " + url;
        }

        /** The process itself, if it still runs; another one with its number does not count. */
        Optional<ProcessHandle> process() {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(p -> Math.abs(started(p) - startedMillis) < CLOCK_STEP.toMillis());
        }

        private static long started(ProcessHandle process) {
            return process.info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
        }
    }

    private static final String LIST = "processes";

    private final Path folder;
    private final FileChannel lock;

    private Instance(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** The right to run, or nothing if another run has it. */
    static Optional<Instance> take(Path folder) {
        try {
            Files.createDirectories(folder);
            var channel =
                    FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(new Instance(folder, channel));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The launcher that has the lock, as far as its list tells. */
    static Optional<Entry> running(Path folder) {
        return entries(folder).stream().filter(entry -> !entry.url.isEmpty()).findFirst();
    }

    /** What the list of the last run names and still runs. */
    List<ProcessHandle> strays() {
        return entries(folder).stream().flatMap(entry -> entry.process().stream()).toList();
    }

    /** Begins a new list with this process. */
    void begin(String url) {
        write(
                Entry.of("huafang", ProcessHandle.current(), url),
                StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** Adds a child to the list. */
    synchronized void add(String name, ProcessHandle child) {
        write(Entry.of(name, child, ""), StandardOpenOption.APPEND);
    }

    private void write(Entry entry, StandardOpenOption how) {
        try {
            Files.writeString(
                    folder.resolve(LIST), entry.line() + "\n", StandardOpenOption.CREATE, how);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the list has them, oldest first. */
    static List<Entry> entries(Path folder) {
        var list = folder.resolve(LIST);
        try {
            if (!Files.exists(list)) {
                return List.of();
            }
            var entries = new ArrayList<Entry>();
            for (var line : Files.readAllLines(list)) {
                if (line.split(" ", -1).length == 4) { // a crash may have cut the last one
                    entries.add(Entry.parse(line));
                }
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets the list and gives the right back. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(folder.resolve(LIST));
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
