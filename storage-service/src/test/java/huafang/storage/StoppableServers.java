package huafang.storage;

import huafang.servers.Database;
import huafang.servers.FreePort;
import huafang.servers.KafkaBroker;
import huafang.servers.MariaDbBinaries;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/**
 * A broker and a database that a test stops and starts again, on the same ports with their data.
 */
public final class StoppableServers implements QuarkusTestResourceLifecycleManager {
    private static final String PASSWORD = "only-in-tests";
    private static final int KAFKA_PORT = FreePort.any();
    private static final int DATABASE_PORT = FreePort.any();

    private static Path folder;
    private static KafkaBroker broker;
    private static Database database;

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("huafang-stoppable-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        startBroker();
        startDatabase();
        return Map.of(
                "kafka.bootstrap.servers", broker.bootstrapServers(),
                "quarkus.datasource.reactive.url", database.reactiveUrl(),
                "quarkus.datasource.jdbc.url", database.jdbcUrl(),
                "quarkus.datasource.username", Database.USER,
                "quarkus.datasource.password", PASSWORD);
    }

    static void startBroker() {
        broker = KafkaBroker.in(folder.resolve("kafka"), KAFKA_PORT);
    }

    static void stopBroker() {
        broker.close();
    }

    static void startDatabase() {
        database =
                Database.in(
                        MariaDbBinaries.inBuildFolder(),
                        folder.resolve("database"),
                        folder.resolve("database.log"),
                        DATABASE_PORT,
                        PASSWORD);
    }

    static void stopDatabase() {
        database.close();
    }

    @Override
    public void stop() {
        broker.close();
        database.close();
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
