package huafang.engine.bench;

import huafang.engine.png.Png;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Times how long a picture of 1024×1024 with the grain of painted ones takes to become a PNG. */
public final class PngBench {
    private static final int SIDE = 1024;
    private static final int WARM_UP = 20;
    private static final int CALLS = 31;

    private PngBench() {}

    public static void main(String... arguments) {
        byte[] rgb = picture();
        double[] millis = new double[CALLS];
        int bytes = 0;
        for (int i = -WARM_UP; i < CALLS; i++) {
            long start = System.nanoTime();
            bytes = Png.encode(SIDE, SIDE, rgb, Map.of("parameters", "a house")).length;
            if (i >= 0) {
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "PNG of 1024×1024, median of %d: %.0f ms (<= 30), %.1f MB%n",
                CALLS,
                millis[CALLS / 2],
                bytes / 1e6);
    }

    /** Soft colours that change slowly, and noise of five steps. */
    private static byte[] picture() {
        var random = new Random(1);
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % SIDE;
            int y = i / 3 / SIDE;
            double soft = Math.sin(x / 97.0 + i % 3) + Math.sin(y / 71.0 - i % 3);
            rgb[i] = (byte) (int) Math.clamp(128 + 50 * soft + 5 * random.nextGaussian(), 0, 255);
        }
        return rgb;
    }
}
