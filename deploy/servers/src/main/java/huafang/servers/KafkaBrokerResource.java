package huafang.servers;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jboss.logmanager.Logger;

/** A broker for a service's tests; sets {@code kafka.bootstrap.servers} and keeps it quiet. */
public final class KafkaBrokerResource implements QuarkusTestResourceLifecycleManager {
    // Loggers are held weakly elsewhere and would forget their levels.
    private static final List<Logger> TALKATIVE =
            Stream.of("org.apache.kafka", "kafka", "state").map(Logger::getLogger).toList();

    private KafkaBroker broker;

    @Override
    public Map<String, String> start() {
        TALKATIVE.forEach(logger -> logger.setLevel(Level.WARNING)); // until Quarkus logs
        broker = KafkaBroker.temporary();
        return Map.of(
                "kafka.bootstrap.servers", broker.bootstrapServers(),
                "quarkus.log.category.\"org.apache.kafka\".level", "WARN",
                "quarkus.log.category.\"kafka\".level", "WARN",
                "quarkus.log.category.\"state\".level", "WARN");
    }

    @Override
    public void stop() {
        if (broker != null) {
            broker.close();
        }
    }
}
