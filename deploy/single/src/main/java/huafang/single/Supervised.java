package huafang.single;

import huafang.servers.Leash;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A part that is started again when it dies, sooner at first and then ever later. */
final class Supervised {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration STEADY = Duration.ofMinutes(1);

    private final Part part;
    private final BiConsumer<String, ProcessHandle> started;
    private final Consumer<String> report;
    private Process process;
    private boolean ending;

    /**
     * @param started is told of each process
     * @param report takes a line for the user
     */
    Supervised(Part part, BiConsumer<String, ProcessHandle> started, Consumer<String> report) {
        this.part = part;
        this.started = started;
        this.report = report;
    }

    Part part() {
        return part;
    }

    /** Starts it for the first time. */
    void start() {
        launch();
    }

    /** From now on it is started again whenever it dies. */
    void watch() {
        Thread.ofPlatform().daemon().name("watch-" + part.name()).start(this::keepAlive);
    }

    synchronized boolean alive() {
        return process != null && process.isAlive();
    }

    /** Ends it for good. */
    void end() {
        Process last;
        synchronized (this) {
            ending = true;
            last = process;
            notifyAll();
        }
        if (last != null) {
            Leash.end(last, part.patienceSeconds());
        }
    }

    private synchronized void launch() {
        if (ending) {
            return;
        }
        try {
            process = part.start();
        } catch (IOException e) {
            throw new IllegalStateException(part.name() + " did not start: " + e.getMessage(), e);
        }
        started.accept(part.name(), process.toHandle());
    }

    private void keepAlive() {
        var pause = FIRST_PAUSE;
        while (true) {
            long since = System.nanoTime();
            int exit = awaitEnd();
            boolean wasSteady = System.nanoTime() - since > STEADY.toNanos();
            pause = wasSteady ? FIRST_PAUSE : pause;
            if (!sleep(pause)) {
                return;
            }
            report.accept("%s ended (exit %d) and is started again".formatted(part.name(), exit));
            try {
                launch();
            } catch (IllegalStateException e) {
                report.accept(e.getMessage());
            }
            pause = next(pause);
        }
    }

    private int awaitEnd() {
        Process current;
        synchronized (this) {
            current = process;
        }
        try {
            return current.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /** False when it is to end for good. */
    private synchronized boolean sleep(Duration pause) {
        long deadline = System.nanoTime() + pause.toNanos();
        try {
            for (long left = pause.toNanos(); !ending && left > 0; ) {
                wait(Math.max(1, left / 1_000_000));
                left = deadline - System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !ending;
    }

    static Duration next(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }
}
