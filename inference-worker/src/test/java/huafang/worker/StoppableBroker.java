package huafang.worker;

import huafang.servers.FreePort;
import huafang.servers.KafkaBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/** A broker that a test stops and starts again, on the same port with what it holds. */
public final class StoppableBroker implements QuarkusTestResourceLifecycleManager {
    private static final int PORT = FreePort.any();

    private static Path folder;
    private static KafkaBroker broker;

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("huafang-stoppable-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        startBroker();
        return Map.of("kafka.bootstrap.servers", broker.bootstrapServers());
    }

    static void startBroker() {
        broker = KafkaBroker.in(folder.resolve("kafka"), PORT);
    }

    static void stopBroker() {
        broker.close();
    }

    @Override
    public void stop() {
        stopBroker();
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
