package huafang.engine.bench;

import huafang.engine.StableDiffusion;
import huafang.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** Times previews of 512×512 and 1024×1024 pictures. Prints one row of a table. */
public final class PreviewBench {
    private static final int CALLS = 201;

    private PreviewBench() {}

    /**
     * @param arguments checkpoint
     */
    public static void main(String... arguments) {
        try (var model = StableDiffusion.load(Path.of(arguments[0]))) {
            System.out.printf(
                    Locale.ROOT,
                    "Preview from latents, medians of %d: %.2f ms at 512×512, %.2f ms at 1024×1024%n",
                    CALLS,
                    millis(model, 64),
                    millis(model, 128));
        }
    }

    private static double millis(StableDiffusion model, int side) {
        Tensor latents = Tensor.zeros(1, 4, side, side);
        var random = new Random(1);
        for (int i = 0; i < latents.data().length; i++) {
            latents.data()[i] = (float) random.nextGaussian();
        }
        double[] millis = new double[CALLS];
        for (int i = 0; i < CALLS; i++) {
            long start = System.nanoTime();
            model.preview(latents);
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        return millis[CALLS / 2];
    }
}
