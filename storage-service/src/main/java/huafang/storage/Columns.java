package huafang.storage;

import huafang.contracts.generation.ImageParameters;
import huafang.contracts.job.Codec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * How values stand in columns: instants as DATETIME(6) in UTC, whatever zone the server is in, and
 * parameters as the JSON of the messages.
 */
final class Columns {
    private Columns() {}

    static LocalDateTime of(Instant instant) {
        return LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
    }

    static Instant instant(LocalDateTime column) {
        return column.toInstant(ZoneOffset.UTC);
    }

    static String of(ImageParameters parameters) {
        return new String(Codec.encode(parameters), StandardCharsets.UTF_8);
    }

    static ImageParameters parameters(String column) {
        return Codec.decode(column.getBytes(StandardCharsets.UTF_8), ImageParameters.class);
    }
}
