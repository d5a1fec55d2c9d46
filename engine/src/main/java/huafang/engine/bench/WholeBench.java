package huafang.engine.bench;

import huafang.engine.StableDiffusion;
import huafang.engine.Txt2Img;
import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import huafang.engine.sampling.StepListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Paints one picture of 512×512 in one step, prompts and all, and tells how much memory that took.
 * Prints one row of a table. On Linux, which tells it.
 */
public final class WholeBench {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double KIB_PER_GIB = 1 << 20;

    /** What a machine of 24 GB has for it. */
    private static final double MOST_GIBIBYTES = 22;

    private WholeBench() {}

    /**
     * Paints; ends with 1 if that took more memory than it may.
     *
     * @param arguments checkpoint
     */
    public static void main(String... arguments) throws IOException {
        Path checkpoint = Path.of(arguments[0]);
        var request =
                new Txt2Img(
                        "a red house",
                        "blurry",
                        512,
                        512,
                        1,
                        Sampler.EULER,
                        Schedule.KARRAS,
                        7,
                        1,
                        Rng.CPU,
                        Txt2Img.Reading.USUAL);
        long start = System.nanoTime();
        try (var model = StableDiffusion.load(checkpoint)) {
            double load = (System.nanoTime() - start) / 1e9;
            model.paint(request, StepListener.NONE);
            double most = gibibytes("VmHWM:");
            System.out.printf(
                    Locale.ROOT,
                    "One step at 512×512 with a checkpoint of %.1f GB: %.1f s with %.1f s of loading; at most %.2f GiB resident (<= %.0f), %.1f GiB in the end, of which %.1f GiB are pages of files%n",
                    Files.size(checkpoint) / 1e9,
                    (System.nanoTime() - start) / 1e9,
                    load,
                    most,
                    MOST_GIBIBYTES,
                    gibibytes("VmRSS:"),
                    gibibytes("RssFile:"));
            if (most > MOST_GIBIBYTES) {
                System.exit(1);
            }
        }
    }

    private static double gibibytes(String name) throws IOException {
        return Files.readAllLines(STATUS).stream()
                        .filter(line -> line.startsWith(name))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                / KIB_PER_GIB;
    }
}
