package huafang.worker;

import huafang.contracts.generation.Model;
import huafang.engine.checkpoint.Checkpoint;
import huafang.engine.checkpoint.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files and folders of one kind that models are loaded from. */
final class ModelFolder {
    private static final int BUFFER = 1 << 20;

    private final Path folder;

    ModelFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /**
     * A file or a folder as it is now: another size or time means another content.
     *
     * @param path where it really lies, links followed
     * @param bytes of a folder, of all the files that are read of it
     * @param modified of a folder, the last change of one of these or of where they lie
     */
    record Version(Path path, long bytes, FileTime modified) {
        static Version of(Path file) throws IOException {
            Path path = file.toRealPath();
            return Files.isDirectory(path) ? ofFolder(path) : ofFile(path);
        }

        /**
         * A file that is put in the place of another may be older than that, but not its folder.
         */
        private static Version ofFolder(Path folder) throws IOException {
            long bytes = 0;
            var modified = Files.getLastModifiedTime(folder);
            for (Path file : Checkpoint.filesOf(folder).values()) {
                Version part = ofFile(file);
                bytes += part.bytes();
                modified =
                        Stream.of(
                                        modified,
                                        part.modified(),
                                        Files.getLastModifiedTime(file.getParent()))
                                .max(Comparator.naturalOrder())
                                .orElseThrow();
            }
            return new Version(folder, bytes, modified);
        }

        private static Version ofFile(Path path) throws IOException {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Version(path, attributes.size(), attributes.lastModifiedTime());
        }
    }

    /**
     * Finds a model's file, or its folder.
     *
     * @throws CheckpointException if there is none
     */
    Version find(Model model) {
        try {
            Path named = folder.resolve(model.file()).normalize();
            if (!named.startsWith(folder)) {
                throw new CheckpointException(
                        "%s: expected a file in the folder %s, found a path that leaves it"
                                .formatted(model.file(), folder.getFileName()));
            }
            return Version.of(named);
        } catch (IOException | InvalidPathException e) {
            throw new CheckpointException(
                    "%s: expected a file in the worker's folder %s, found none that can be read"
                            .formatted(model.file(), folder.getFileName()),
                    e);
        }
    }

    /**
     * Reads the whole file, to learn whether it is the one that was asked for.
     *
     * @throws CheckpointException if its content is another
     */
    void verify(Model model, Version file) {
        requireSame(model.file(), model.sha256(), sha256(model.file(), file.path()));
    }

    /**
     * @throws CheckpointException if a file's content is another than the one that was asked for
     */
    static void requireSame(String name, String asked, String found) {
        if (!found.equals(asked)) {
            throw new CheckpointException(
                    "%s: expected the content with sha256 %s, found %s: the file was replaced after the image was asked for"
                            .formatted(name, asked, found));
        }
    }

    /**
     * The hash of a file's content, or of a folder's.
     *
     * @throws CheckpointException if it cannot be read, by its name
     */
    static String sha256(String name, Path path) {
        if (Files.isDirectory(path)) {
            var hashes = new TreeMap<String, String>();
            Checkpoint.filesOf(path)
                    .forEach((file, place) -> hashes.put(file, sha256(name, place)));
            return Model.sha256OfFolder(hashes);
        }
        try (InputStream content = Files.newInputStream(path)) {
            var digest = MessageDigest.getInstance("SHA-256");
            byte[] part = new byte[BUFFER];
            int length;
            while ((length = content.read(part)) > 0) {
                digest.update(part, 0, length);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new CheckpointException(
                    "%s: expected a readable file, found an error of the disk: %s"
                            .formatted(name, e.getMessage()),
                    e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
