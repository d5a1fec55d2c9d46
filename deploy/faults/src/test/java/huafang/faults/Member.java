package huafang.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A process of the fleet. When it dies, it is started again, as a cluster would do. */
final class Member {
    private static final int KILLED = 137;
    private static final Duration PAUSE = Duration.ofMillis(300);

    /** Starts a process. */
    interface Program {
        Process start() throws IOException;
    }

    private final String name;
    private final Program program;
    private final BooleanSupplier ready;
    private Process process;
    private Process dismissed;
    private final List<Instant> deaths = new CopyOnWriteArrayList<>();
    private final List<Instant> exits = new CopyOnWriteArrayList<>();
    private final List<Stop> stops = new CopyOnWriteArrayList<>();
    private final List<Instant> farewells = new CopyOnWriteArrayList<>();
    private final List<Instant> starts = new CopyOnWriteArrayList<>();

    /** By when a process was started. */
    private final Map<Instant, Instant> readiness = new ConcurrentHashMap<>();

    private Instant downUntil = Instant.EPOCH;
    private boolean ending;

    /** A time throughout which the system did not run it. */
    record Stop(Instant from, Instant to) {}

    Member(String name, Program program, BooleanSupplier ready) {
        this.name = name;
        this.program = program;
        this.ready = ready;
    }

    String name() {
        return name;
    }

    /** What it does: its name without the number. */
    String role() {
        return name.replaceAll("-\\d+$", "");
    }

    synchronized void start() throws IOException {
        Process started = program.start();
        process = started;
        started.onExit().thenAccept(this::startAgain);
        var at = Instant.now();
        starts.add(at);
        Thread.startVirtualThread(() -> awaitReadiness(started, at));
    }

    private void awaitReadiness(Process started, Instant at) {
        try {
            while (started.isAlive() && !ready.getAsBoolean()) {
                Thread.sleep(PAUSE);
            }
            if (started.isAlive()) {
                readiness.put(at, Instant.now());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void startAgain(Process ended) {
        if (ended.exitValue() == KILLED) {
            deaths.add(Instant.now());
        } else if (ended != dismissed()) {
            exits.add(Instant.now());
        }
        try {
            Thread.sleep(PAUSE);
            synchronized (this) {
                for (Duration left = left(); !ending && left.isPositive(); left = left()) {
                    wait(left.toMillis() + 1);
                }
                if (!ending) {
                    start();
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(name + " cannot be started again", e);
        }
    }

    private Duration left() {
        return Duration.between(Instant.now(), downUntil);
    }

    boolean isReady() {
        Process now = process();
        return now != null && now.isAlive() && ready.getAsBoolean();
    }

    synchronized Process process() {
        return process;
    }

    private synchronized Process dismissed() {
        return dismissed;
    }

    /** {@code kill -9}; it comes back after this long at the earliest. */
    synchronized void kill(Duration down) {
        downUntil = Instant.now().plus(down);
        process.destroyForcibly();
    }

    /** SIGTERM; it comes back after this long at the earliest. */
    synchronized void terminate(Duration down) {
        farewells.add(Instant.now());
        dismissed = process;
        downUntil = Instant.now().plus(down);
        process.toHandle().destroy();
    }

    /** Has the system not run it for some time. */
    void pause(Duration time) throws InterruptedException, Fault.Skipped {
        Process now = process();
        signal("STOP", now);
        var from = Instant.now();
        Thread.sleep(time);
        undo(now, () -> signal("CONT", now));
        stops.add(new Stop(from, Instant.now()));
    }

    /** Lets it extend no file for some time, as on a full disk. */
    void limitFiles(Duration time) throws InterruptedException, Fault.Skipped {
        Process now = process();
        limit("1", now);
        Thread.sleep(time);
        undo(now, () -> limit("unlimited", now));
    }

    private interface Command {
        void run() throws InterruptedException, Fault.Skipped;
    }

    /** What has ended meanwhile needs it no more. */
    private void undo(Process process, Command command) throws InterruptedException {
        try {
            command.run();
        } catch (Fault.Skipped e) {
            if (process.isAlive()) {
                throw new IllegalStateException(name + " stays as it is", e);
            }
        }
    }

    private static void limit(String bytes, Process process)
            throws InterruptedException, Fault.Skipped {
        run("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + bytes + ":");
    }

    private static void signal(String signal, Process process)
            throws InterruptedException, Fault.Skipped {
        run("kill", "-" + signal, Long.toString(process.pid()));
    }

    private static void run(String... command) throws InterruptedException, Fault.Skipped {
        try {
            Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
            var words =
                    new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int status = run.waitFor();
            if (status != 0) {
                throw new Fault.Skipped(
                        "%s ended with %d: %s".formatted(command[0], status, words));
            }
        } catch (IOException e) {
            throw new Fault.Skipped(e.getMessage());
        }
    }

    /** When it was killed. */
    List<Instant> deaths() {
        return deaths;
    }

    /** When it ended by itself. */
    List<Instant> exits() {
        return exits;
    }

    /** When it was stopped, and went on. */
    List<Stop> stops() {
        return stops;
    }

    /** When it was told to end. */
    List<Instant> farewells() {
        return farewells;
    }

    /** Its processes; one that was told to end is none any more. */
    List<Takeovers.Life> lives() {
        return starts.stream()
                .map(start -> {
                    Instant end =
                            Stream.of(deaths, exits, farewells)
                                    .flatMap(List::stream)
                                    .filter(start::isBefore)
                                    .min(Instant::compareTo)
                                    .orElse(Instant.MAX);
                    Instant whenReady = readiness.getOrDefault(start, Instant.MAX);
                    return new Takeovers.Life(name, start, whenReady, end);
                })
                .toList();
    }

    /** Ends it for good, at once. */
    synchronized void end() {
        ending = true;
        notifyAll();
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
