package huafang.servers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Child processes that end when this JVM ends, however it ends: a small shell keeps watch on a pipe
 * from us, and when the pipe breaks it sends SIGTERM to the child. The child's process id is the
 * command's own. It has a session of its own, so that a terminal's Ctrl-C reaches only us and we
 * end our children in the right order.
 */
public final class Leash {
    // A line read means that the child ended by itself. The 20th field after the name is the start
    // time: a process that was given the child's number later is left alone.
    private static final String WATCH =
            """
            started() {
                read -r line </proc/$$/stat && set -- ${line##*) } && echo "${20}"
            }
            exec 3<&0
            {
                child=$(started)
                read -r _ <&3 || { [ "$(started)" = "$child" ] && kill -TERM $$; }
            } >/dev/null 2>&1 &
            exec "$@" 3<&- </dev/null
            """;

    private Leash() {}

    /**
     * Starts the builder's command.
     *
     * @param builder environment, folder and outputs as set; standard input is empty
     */
    public static Process start(ProcessBuilder builder) throws IOException {
        var command = new ArrayList<>(List.of("setsid", "/bin/sh", "-c", WATCH, "leash"));
        command.addAll(builder.command());
        var process = builder.command(command).start();
        process.onExit().thenAccept(Leash::release);
        return process;
    }

    private static void release(Process ended) {
        try (var pipe = ended.getOutputStream()) {
            pipe.write('\n');
        } catch (IOException e) {
            // The watch is gone already.
        }
    }

    /** SIGTERM, patience, then SIGKILL; returns when the process is gone. */
    public static void end(Process process, long patienceSeconds) {
        process.toHandle().destroy(); // Process.destroy would break the pipe as well
        try {
            if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
