package huafang.servers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** One Kafka node, broker and controller at once (KRaft), inside this JVM, on 127.0.0.1. */
public final class KafkaBroker implements AutoCloseable {
    private static final String LOCAL = "127.0.0.1";

    private final KafkaRaftServer server;
    private final int port;
    private final Path temporary;

    private KafkaBroker(KafkaRaftServer server, int port, Path temporary) {
        this.server = server;
        this.port = port;
        this.temporary = temporary;
    }

    /** A broker on a free port that forgets everything when it is closed. */
    public static KafkaBroker temporary() {
        return temporary(Map.of());
    }

    /**
     * Likewise.
     *
     * @param own settings in place of those that Huafang needs
     */
    public static KafkaBroker temporary(Map<String, String> own) {
        Path directory = Folders.temporary("huafang-kafka-");
        return start(directory, LOCAL, FreePort.any(), directory, own);
    }

    /**
     * A broker that keeps its log in a directory: empty or absent at the first start, from then on
     * the one that this class formatted.
     *
     * @param port the port for clients
     */
    public static KafkaBroker in(Path directory, int port) {
        return start(directory, LOCAL, port, null, Map.of());
    }

    private static KafkaBroker start(
            Path directory, String host, int port, Path temporary, Map<String, String> own) {
        try {
            Files.createDirectories(directory);
            if (!Files.exists(directory.resolve("meta.properties"))) {
                format(directory);
            }
            var settings = BrokerSettings.of(directory, host, port, FreePort.any());
            settings.putAll(own);
            var server = new KafkaRaftServer(KafkaConfig.fromProps(settings), Time.SYSTEM);
            server.startup();
            return new KafkaBroker(server, port, temporary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void format(Path directory) {
        var formatter =
                new Formatter()
                        .setClusterId(Uuid.randomUuid().toString())
                        .setNodeId(BrokerSettings.NODE)
                        .setControllerListenerName(BrokerSettings.CONTROLLER)
                        .addDirectory(directory.toString())
                        .setMetadataLogDirectory(directory.toString())
                        .setReleaseVersion(MetadataVersion.latestProduction())
                        .setIgnoreFormatted(false)
                        .setUnstableFeatureVersionsEnabled(false)
                        .setPrintStream(new PrintStream(OutputStream.nullOutputStream()));
        try {
            formatter.run();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "Kafka's log directory " + directory + " could not be formatted", e);
        }
    }

    /** For clients' {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return LOCAL + ":" + port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        if (temporary != null) {
            Folders.delete(temporary);
        }
    }

    /**
     * Runs a broker until it is told to end (SIGTERM).
     *
     * @param arguments the directory and the port, and perhaps the host by which clients are to
     *     call it, where that is not 127.0.0.1
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length < 2 || arguments.length > 3) {
            System.err.println("usage: KafkaBroker DIRECTORY PORT [HOST]");
            System.exit(2);
        }
        var host = arguments.length == 3 ? arguments[2] : LOCAL;
        var broker =
                start(Path.of(arguments[0]), host, Integer.parseInt(arguments[1]), null, Map.of());
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-close"));
        System.out.println("Kafka is ready: " + broker.bootstrapServers());
        new CountDownLatch(1).await();
    }
}
