package huafang.worker;

import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.ImageParameters;
import huafang.engine.checkpoint.CheckpointException;
import java.time.Duration;

/** Sentences that tell an image's owner why there is no picture. */
final class Reason {
    static final String UNREADABLE =
            "The worker could not read this image's task; it is kept for inspection.";

    private Reason() {}

    static String of(Throwable problem, ImageParameters image) {
        return switch (problem) {
            case CheckpointException checkpoint -> checkpoint.getMessage();
            case InputGoneException gone -> gone.getMessage();
            case OutOfMemoryError memory ->
                    "The worker has too little memory for a picture of %s: try a smaller one."
                            .formatted(sizeAndMeans(image));
            default ->
                    "The engine failed over this image with %s: %s"
                            .formatted(
                                    means(image),
                                    problem.getMessage() == null
                                            ? problem.getClass().getSimpleName()
                                            : problem.getMessage());
        };
    }

    private static String sizeAndMeans(ImageParameters image) {
        return switch (image) {
            case GenerationParameters painted ->
                    "%dx%d with %s".formatted(painted.width(), painted.height(), means(painted));
            case Enlargement enlarged ->
                    "%dx%d with %s".formatted(enlarged.width(), enlarged.height(), means(enlarged));
        };
    }

    private static String means(ImageParameters image) {
        return switch (image) {
            case GenerationParameters painted -> painted.model().file();
            case Enlargement enlarged -> enlarged.upscaler().name();
        };
    }

    static String diedOver(int workers) {
        return "%d workers died over this image; it is kept for inspection.".formatted(workers);
    }

    static String tooLong(Duration longest) {
        return "The image took longer than %d minutes: try a smaller one, or fewer steps."
                .formatted(longest.toMinutes());
    }

    static String tooLarge(int bytes, int most) {
        return "The finished picture has %d bytes; the queue carries at most %d: try a smaller one."
                .formatted(bytes, most);
    }
}
