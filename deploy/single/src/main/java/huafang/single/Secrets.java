package huafang.single;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import java.util.stream.Collectors;

/** Passwords and keys, made when first asked for and kept in files that only their owner reads. */
final class Secrets {
    // No 0 and O, no 1, l and I: people type it.
    private static final String LETTERS =
            "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final Set<PosixFilePermission> OWNER =
            PosixFilePermissions.fromString("rw-------");

    private final Path folder;
    private final SecureRandom random = new SecureRandom();

    Secrets(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kept one, or a new one of this many letters and digits. */
    String get(String name, int length) {
        var file = folder.resolve(name);
        try {
            if (Files.exists(file)) {
                Files.setPosixFilePermissions(file, OWNER);
                return Files.readString(file).lines().findFirst().orElse("");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var made =
                random.ints(length, 0, LETTERS.length())
                        .mapToObj(i -> LETTERS.substring(i, i + 1))
                        .collect(Collectors.joining());
        return put(name, made);
    }

    /** Keeps this one from now on. */
    String put(String name, String secret) {
        try {
            var file =
                    Files.createTempFile(
                            folder, name, null, PosixFilePermissions.asFileAttribute(OWNER));
            Files.writeString(file, secret + "\n");
            Files.move(file, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            return secret;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }
}
