package huafang.downloader;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A folder that models lie in, at any depth; hidden files and folders are nobody's. A folder in
 * diffusers' layout, which the index of its parts tells, is one model.
 */
final class ModelFolder {
    private static final int DEEPEST = 8;
    private static final String PART = ".part";
    private static final String INDEX = "model_index.json";
    private static final Set<String> OFFERED =
            Set.of("safetensors", "ckpt", "pt", "pth", "gguf", "bin");

    private final Path root;

    ModelFolder(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    Path path(String file) {
        return root.resolve(file);
    }

    /** Where a download grows: hidden, and in the same folder, so that it is only renamed. */
    Path part(String file) {
        return root.resolve("." + file + PART);
    }

    /** Makes the folder if it is missing and removes what broken downloads left. */
    void prepare() throws IOException {
        Files.createDirectories(root);
        try (var parts = Files.newDirectoryStream(root, ".*" + PART)) {
            for (Path part : parts) {
                Files.delete(part);
            }
        }
    }

    /** What may be meant as a model, by its path below the folder, with {@code /}. */
    Map<String, Version> files() throws IOException {
        var files = new TreeMap<String, Version>();
        if (!Files.isDirectory(root)) {
            return files;
        }
        var follow = EnumSet.of(FileVisitOption.FOLLOW_LINKS);
        Files.walkFileTree(
                root,
                follow,
                DEEPEST,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) throws IOException {
                        if (folder.equals(root)) {
                            return FileVisitResult.CONTINUE;
                        }
                        if (isHidden(folder)) {
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        if (!Files.isRegularFile(folder.resolve(INDEX))) {
                            return FileVisitResult.CONTINUE;
                        }
                        files.put(name(folder), Version.ofFolder(folder));
                        return FileVisitResult.SKIP_SUBTREE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile() && !isHidden(file) && isOffered(file)) {
                            files.put(name(file), Version.of(attributes));
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException gone) {
                        return FileVisitResult.CONTINUE; // gone again, a loop, or not ours to read
                    }
                });
        return files;
    }

    private String name(Path path) {
        return root.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    private static boolean isOffered(Path file) {
        String name = file.getFileName().toString();
        return OFFERED.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase());
    }
}
