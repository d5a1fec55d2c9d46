package huafang.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A MariaDB server on 127.0.0.1 in a process of its own, with one database and one account that has
 * a password; there is no other account to sign in with. Speaks MySQL's protocol. Only TCP, no Unix
 * socket: a socket's path may be 107 bytes long, which the depth of a clone must not decide.
 */
public final class Database implements AutoCloseable {
    /** The database's name. */
    public static final String NAME = "stable_diffusion";

    /** The account's name. */
    public static final String USER = "huafang";

    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 20;

    private final Process process;
    private final int port;
    private final String password;
    private final Path temporary;

    private Database(Process process, int port, String password, Path temporary) {
        this.process = process;
        this.port = port;
        this.password = password;
        this.temporary = temporary;
    }

    /** A server on a free port that forgets everything when it is closed. */
    public static Database temporary() {
        Path folder = Folders.temporary("huafang-database-");
        var binaries = MariaDbBinaries.inBuildFolder();
        var log = folder.resolve("mariadb.log");
        return start(binaries, folder, log, FreePort.any(), "only-in-tests", folder);
    }

    /**
     * A server that keeps its data.
     *
     * @param binaries the unpacked distribution
     * @param folder becomes open to its owner only, and holds {@code data/}
     * @param log takes what the server says
     * @param port a free one
     * @param password of {@link #USER} from now on; letters and digits, or ASCII without quotes and
     *     backslashes
     */
    public static Database in(
            MariaDbBinaries binaries, Path folder, Path log, int port, String password) {
        return start(binaries, folder, log, port, password, null);
    }

    private static Database start(
            MariaDbBinaries binaries,
            Path folder,
            Path log,
            int port,
            String password,
            Path temporary) {
        if (!password.matches("[ -~&&[^'\"\\\\]]+")) {
            throw new IllegalArgumentException(
                    "database password: expected ASCII without quotes and backslashes");
        }
        var data = folder.resolve("data").toAbsolutePath();
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            if (!Files.exists(data.resolve("mysql"))) {
                Folders.makePrivate(folder);
                binaries.install(data, log);
            }
            var account = accountFile(folder, password);
            var process = Leash.start(server(binaries, data, log, port, account));
            var database = new Database(process, port, password, temporary);
            database.awaitReady(log);
            Files.delete(account);
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProcessBuilder server(
            MariaDbBinaries binaries, Path data, Path log, int port, Path account)
            throws IOException {
        var command = new ArrayList<>(binaries.server(data));
        command.addAll(
                List.of(
                        "--bind-address=127.0.0.1",
                        "--port=" + port,
                        "--socket=",
                        "--skip-ssl",
                        "--skip-name-resolve",
                        "--character-set-server=utf8mb4",
                        "--default-time-zone=+00:00",
                        "--max-allowed-packet=64M",
                        "--innodb-buffer-pool-size=64M",
                        "--init-file=" + account));
        return new ProcessBuilder(command)
                .directory(data.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    /** Statements the server runs at each start, before it accepts anybody. */
    private static Path accountFile(Path folder, String password) throws IOException {
        var file = folder.toAbsolutePath().resolve("account.sql");
        Files.deleteIfExists(file);
        var owner = PosixFilePermissions.fromString("rw-------");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(owner));
        return Files.writeString(
                file,
                """
                CREATE DATABASE IF NOT EXISTS %1$s CHARACTER SET utf8mb4;
                CREATE USER IF NOT EXISTS '%2$s'@'%%';
                ALTER USER '%2$s'@'%%' IDENTIFIED BY '%3$s';
                GRANT ALL PRIVILEGES ON %1$s.* TO '%2$s'@'%%';
                """
                        .formatted(NAME, USER, password));
    }

    private void awaitReady(Path log) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!greets()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        "the database did not start on 127.0.0.1:"
                                + port
                                + "; its last words are in "
                                + log);
            }
        }
    }

    /** Whether the server sends its greeting; it listens a little before it does. */
    private boolean greets() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
            socket.setSoTimeout(1000);
            return socket.getInputStream().read() >= 0;
        } catch (IOException e) {
            return !sleep();
        }
    }

    private static boolean sleep() {
        try {
            Thread.sleep(50);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the database started", e);
        }
    }

    /** The port on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** The password of {@link #USER}. */
    public String password() {
        return password;
    }

    /** The server's process, to watch. */
    public Process process() {
        return process;
    }

    /** For JDBC. */
    public String jdbcUrl() {
        return "jdbc:mysql://127.0.0.1:"
                + port
                + "/"
                + NAME
                + "?sslMode=DISABLED&allowPublicKeyRetrieval=true";
    }

    /** For the reactive client. */
    public String reactiveUrl() {
        return "mysql://127.0.0.1:" + port + "/" + NAME;
    }

    @Override
    public void close() {
        Leash.end(process, STOP_SECONDS);
        if (temporary != null) {
            Folders.delete(temporary);
        }
    }
}
