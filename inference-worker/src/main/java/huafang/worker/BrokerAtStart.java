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
import java.time.Duration;
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
        var admin = client();
        try {
            Broker.prepare(admin);
        } catch (BrokerException e) {
            throw refusal(e.getMessage());
        } finally {
            admin.close(Duration.ZERO); // it would wait for a broker that does not answer
        }
    }

    private Admin client() {
        try {
            return Admin.create(broker);
        } catch (KafkaException e) {
            throw refusal(
                    "The broker cannot be asked at %s: %s"
                            .formatted(broker.get("bootstrap.servers"), root(e).getMessage()));
        }
    }

    private static Throwable root(Throwable problem) {
        return problem.getCause() == null ? problem : root(problem.getCause());
    }

    /** Without a cause, so that Quarkus prints the sentence alone and exits with 1. */
    private static ConfigurationException refusal(String sentence) {
        return new ConfigurationException(sentence);
    }
}
