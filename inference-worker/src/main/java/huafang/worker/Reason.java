package huafang.worker;

import huafang.contracts.generation.GenerationParameters;
import huafang.engine.checkpoint.CheckpointException;
import java.time.Duration;
import java.time.Instant;

/** Sentences that tell an image's owner why there is no picture. */
final class Reason {
    static final String UNREADABLE =
            "The worker could not read this image's task; it is kept for inspection.";

    private Reason() {}

    static String of(Throwable problem, GenerationParameters image) {
        return switch (problem) {
            case CheckpointException checkpoint -> checkpoint.getMessage();
            case InputGoneException gone -> gone.getMessage();
            case OutOfMemoryError memory ->
                    "The worker has too little memory for a picture of %dx%d with %s: try a smaller one."
                            .formatted(image.width(), image.height(), image.model().file());
            default ->
                    "The engine failed over this image with %s: %s"
                            .formatted(
                                    image.model().file(),
                                    problem.getMessage() == null
                                            ? problem.getClass().getSimpleName()
                                            : problem.getMessage());
        };
    }

    static String diedOver(int workers) {
        return "%d workers died over this image; it is kept for inspection.".formatted(workers);
    }

    static String expired(Instant deadline) {
        return "The image had not been begun at %s, when it expired.".formatted(deadline);
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
