package huafang.contracts.job;

import huafang.contracts.generation.ImageParameters;
import java.time.Instant;

/**
 * Describes a finished picture. On the topic generated-images the record's value is the PNG itself,
 * and this stands beside it in the header {@value #HEADER}.
 *
 * @param engineMillis how long the engine took for it
 */
public record GeneratedImage(
        ImageKey key,
        String owner,
        ImageParameters parameters,
        boolean save,
        long engineMillis,
        Instant finishedAt) {
    public static final String HEADER = "huafang-image";

    public GeneratedImage {
        Required.all("generated image", key, owner, parameters, finishedAt);
    }
}
