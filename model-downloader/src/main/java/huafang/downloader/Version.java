package huafang.downloader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * A file as it is now: another size or time means another content.
 *
 * @param modified its last change
 */
record Version(long bytes, Instant modified) {

    static Version of(Path file) throws IOException {
        return of(Files.readAttributes(file, BasicFileAttributes.class));
    }

    static Version of(BasicFileAttributes attributes) {
        return new Version(attributes.size(), attributes.lastModifiedTime().toInstant());
    }
}
