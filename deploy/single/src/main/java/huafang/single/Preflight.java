package huafang.single;

import com.sun.management.OperatingSystemMXBean;
import huafang.servers.FreePort;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Whether this machine can run it all; every refusal is one sentence. */
final class Preflight {
    private static final long GIBIBYTE = 1L << 30;
    private static final long DISK = 2 * GIBIBYTE;
    private static final long MEMORY = 3 * GIBIBYTE;

    private Preflight() {}

    static void check(Layout layout, int port) {
        system(System.getProperty("os.name"), System.getProperty("os.arch"));
        disk(layout.var(), layout.var().toFile().getUsableSpace());
        memory(availableMemory());
        port(port);
    }

    static void system(String name, String architecture) {
        if (!name.equals("Linux") || !architecture.equals("amd64")) {
            throw new Refusal(
                    "The database that comes with Huafang runs on Linux on x86-64; this is %s on %s."
                            .formatted(name, architecture));
        }
    }

    static void disk(Path folder, long free) {
        if (free < DISK) {
            throw new Refusal(
                    "Too little disk: %s has %s free and Huafang needs %s."
                            .formatted(folder, gibibytes(free), gibibytes(DISK)));
        }
    }

    static void memory(long available) {
        if (available < MEMORY) {
            throw new Refusal(
                    "Too little memory: %s are available and Huafang needs %s."
                            .formatted(gibibytes(available), gibibytes(MEMORY)));
        }
    }

    static void port(int port) {
        if (!FreePort.isFree(port)) {
            throw new Refusal(
                    "Port %d is taken by another program; choose one with HUAFANG_PORT=%d make run."
                            .formatted(port, port == 8080 ? 8090 : port + 1));
        }
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIBIBYTE);
    }

    /**
     * In bytes: what the system can give without swapping, and no more than a container may have.
     */
    private static long availableMemory() {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long total = system.getTotalMemorySize();
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .map(available -> Math.min(available, total))
                    .findFirst()
                    .orElse(total);
        } catch (IOException e) {
            return total;
        }
    }
}
