package huafang.single;

import huafang.servers.Folders;
import huafang.servers.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures the product in a {@code var/} of its own: how long a cold start takes, what a picture
 * costs beyond the engine's own time, and the memory of all processes.
 */
public final class Bench {
    private static final int WARM_UP = 5;
    private static final int PICTURES = 31;

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        var root = Path.of("").toAbsolutePath();
        var var = Files.createTempDirectory("huafang-bench-");
        try {
            startMillis(root, var); // the first start of all makes the state
            long cold = startMillis(root, var);
            try (var trial = Trial.start(root, var, FreePort.any())) {
                report("Cold start of make run to the ready line", cold / 1000.0, "s", "<= 30");
                long idle = trial.residentBytes();
                var overheads = overheads(trial);
                report(
                        "From POST to the picture, beyond the engine: median",
                        quantile(overheads, 0.5),
                        "ms",
                        "<= 150");
                report(
                        "From POST to the picture, beyond the engine: 90 %",
                        quantile(overheads, 0.9), "ms", "");
                report("Resident memory of all processes, idle", gibibytes(idle), "GiB", "");
                report(
                        "Resident memory of all processes, after painting",
                        gibibytes(trial.residentBytes()),
                        "GiB",
                        "<= 4");
                for (var part : trial.parts()) {
                    long bytes = Trial.residentBytes(part.pid());
                    report("  " + part.name(), bytes / 1048576.0, "MiB", "");
                }
            }
        } finally {
            Folders.delete(var);
        }
    }

    private static long startMillis(Path root, Path var) throws IOException {
        long begin = System.nanoTime();
        var trial = Trial.start(root, var, FreePort.any());
        long took = (System.nanoTime() - begin) / 1_000_000;
        trial.close();
        return took;
    }

    /** In milliseconds, each on an otherwise idle system. */
    private static List<Double> overheads(Trial trial) throws Exception {
        var overheads = new ArrayList<Double>();
        for (int i = 0; i < WARM_UP + PICTURES; i++) {
            double overhead = overhead(trial, i);
            if (i >= WARM_UP) {
                overheads.add(overhead);
            }
        }
        return overheads;
    }

    private static double overhead(Trial trial, int seed) throws Exception {
        var job =
                "{\"prompt\":\"a house by the sea\",\"steps\":4,\"save\":true,\"seed\":"
                        + seed
                        + "}";
        long begin = System.nanoTime();
        var path = trial.submit(job);
        var id = path.substring(path.lastIndexOf('/') + 1);
        trial.follow(path + "/events"); // the stream ends with the job
        if (trial.get(path + "/images/0").statusCode() != 200) {
            throw new IllegalStateException("job " + id + " ended without a picture");
        }
        double millis = (System.nanoTime() - begin) / 1e6;
        return millis - engineMillis(trial, id);
    }

    private static double engineMillis(Trial trial, String job) throws Exception {
        for (int attempt = 0; attempt < 100; attempt++) {
            var found =
                    trial.sql(
                            "SELECT engine_millis FROM generated_images WHERE job_id = '"
                                    + job
                                    + "'");
            if (found.contains("\n")) {
                return Double.parseDouble(found.lines().skip(1).findFirst().orElseThrow());
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException("job " + job + " has no row after 5 s");
    }

    static double quantile(List<Double> values, double part) {
        var sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.round(part * (sorted.size() - 1)));
    }

    private static double gibibytes(long bytes) {
        return bytes / (double) (1L << 30);
    }

    private static void report(String what, double value, String unit, String goal) {
        var wanted = goal.isEmpty() ? "" : "  (goal: " + goal + " " + unit + ")";
        System.out.printf(Locale.ROOT, "%-55s %8.2f %s%s%n", what, value, unit, wanted);
    }
}
