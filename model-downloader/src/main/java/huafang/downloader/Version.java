package huafang.downloader;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.EnumSet;

/**
 * A file or a folder as it is now: another size or time means another content.
 *
 * @param modified its last change; of a folder, the last of anything in it
 */
record Version(long bytes, Instant modified) {
    private static final int DEEPEST = 4;

    static Version of(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            return ofFolder(file);
        }
        return of(Files.readAttributes(file, BasicFileAttributes.class));
    }

    /** What vanishes meanwhile counts as gone. */
    static Version ofFolder(Path folder) throws IOException {
        var sum = new Version[] {new Version(0, Instant.EPOCH)};
        Files.walkFileTree(
                folder,
                EnumSet.of(FileVisitOption.FOLLOW_LINKS),
                DEEPEST,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path path, BasicFileAttributes attributes) {
                        sum[0] = sum[0].and(0, of(attributes).modified());
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                        sum[0] = sum[0].and(attributes.size(), of(attributes).modified());
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path path, IOException gone) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        return sum[0];
    }

    private Version and(long more, Instant time) {
        return new Version(bytes + more, time.isAfter(modified) ? time : modified);
    }

    static Version of(BasicFileAttributes attributes) {
        return new Version(attributes.size(), attributes.lastModifiedTime().toInstant());
    }
}
