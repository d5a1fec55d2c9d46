package huafang.gateway.broker;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/** Makes the one client for administration, with the channels' settings. */
@ApplicationScoped
class BrokerAdmin {
    private static final Duration LAST_WORD = Duration.ofSeconds(1);

    @Produces
    @Singleton
    Admin admin(@Identifier("default-kafka-broker") Map<String, Object> settings) {
        Map<String, Object> known = new HashMap<>(settings);
        known.keySet().retainAll(AdminClientConfig.configNames());
        try {
            return Admin.create(known);
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ConfigurationException(
                    "The broker cannot be asked at %s: %s."
                            .formatted(settings.get("bootstrap.servers"), cause.getMessage()));
        }
    }

    void close(@Disposes Admin admin) {
        admin.close(LAST_WORD);
    }
}
