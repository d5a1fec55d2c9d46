package huafang.worker;

import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.ImageParameters;
import huafang.contracts.infotext.Infotext;
import huafang.engine.png.Png;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes the time that the prompt asks for, and gives a picture made of the seed alone. A prompt
 * reads {@code script 40 ms}, for each step, and may go on with how it ends: {@code then exit},
 * {@code then hang}, {@code then nan}; or {@code then untold}: in a picture, of which nobody hears
 * before. Any other prompt is painted by the real engine.
 */
@Alternative
@Priority(1)
@Singleton
public class ScriptedPainter implements Painter {
    private static final int SIDE = 16;
    private static final String SCRIPT = "script ";

    private final Provider<EnginePainter> engine;

    /**
     * @param engine made when it is needed: most workers of a trial never do
     */
    ScriptedPainter(Provider<EnginePainter> engine) {
        this.engine = engine;
    }

    @Override
    public Painting paint(ImageParameters image, Listener listener) {
        return image instanceof GenerationParameters parameters
                        && parameters.prompt().startsWith(SCRIPT)
                ? play(parameters, listener)
                : engine.get().paint(image, listener);
    }

    private static Painting play(GenerationParameters parameters, Listener listener) {
        var words = parameters.prompt().split(" ");
        int millis = Integer.parseInt(words[1]);
        String end = words[words.length - 1];
        long start = System.nanoTime();
        for (int step = 1; step <= parameters.steps(); step++) {
            pause(millis);
            boolean isWanted =
                    end.equals("untold")
                            ? listener.isWanted()
                            : listener.step(step, parameters.steps());
            if (!isWanted) {
                throw new CancellationException("stopped at step " + step);
            }
        }
        switch (end) {
            case "exit" -> Runtime.getRuntime().halt(1);
            case "hang" -> pause(Integer.MAX_VALUE);
            case "nan" ->
                    throw new ArithmeticException("latents: found NaN, expected finite numbers");
            default -> {}
        }
        var text = Map.of(Infotext.PNG_KEYWORD, Infotext.of(parameters));
        byte[] png = Png.encode(SIDE, SIDE, pixels(parameters.seed()), text);
        return new Painting(png, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    private static void pause(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** What the picture of a seed shows. */
    public static byte[] pixels(long seed) {
        var pixels = new byte[3 * SIDE * SIDE];
        new Random(seed).nextBytes(pixels);
        return pixels;
    }
}
