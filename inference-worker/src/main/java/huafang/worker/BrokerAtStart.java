package huafang.worker;

import huafang.contracts.broker.Broker;
import huafang.contracts.broker.BrokerException;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** Makes the broker ready before any channel opens, or ends the start with one sentence. */
@Singleton
class BrokerAtStart {
    private final Map<String, Object> broker;

    BrokerAtStart(@Identifier("default-kafka-broker") Map<String, Object> broker) {
        this.broker = broker;
    }

    void prepare(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        try (var admin = Admin.create(broker)) {
            Broker.prepare(admin);
        } catch (BrokerException | KafkaException e) {
            // Quarkus prints this exception's message alone, and exits with 1.
            throw new ConfigurationException(e.getMessage(), e);
        }
    }
}
