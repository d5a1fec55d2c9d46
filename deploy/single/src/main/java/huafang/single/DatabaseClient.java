package huafang.single;

import huafang.servers.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The settings of a MySQL client for this run's database, password included. */
final class DatabaseClient {
    private DatabaseClient() {}

    static Path write(Path folder, int port, String password) throws IOException {
        var file = folder.resolve("database.cnf");
        Files.deleteIfExists(file);
        var owner = PosixFilePermissions.fromString("rw-------");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(owner));
        return Files.writeString(
                file,
                """
                [client]
                protocol = tcp
                host = 127.0.0.1
                port = %d
                user = %s
                password = %s
                skip-ssl
                default-character-set = utf8mb4
                [mysql]
                database = %s
                max-allowed-packet = 64M
                """
                        .formatted(port, Database.USER, password, Database.NAME));
    }
}
