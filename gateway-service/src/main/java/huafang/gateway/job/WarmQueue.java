package huafang.gateway.job;

import huafang.contracts.broker.Topic;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Has the producers look up their topics at start. A producer that does so at its first record
 * holds up all records behind it while the broker is away; one that knows its topic does not.
 */
@Singleton
class WarmQueue {
    private static final int AFTER_CHANNELS = 5000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Map<String, List<Topic>> TOPICS =
            Map.of(
                    "jobs", List.of(Topic.JOBS, Topic.JOBS_BULK),
                    "accepted", List.of(Topic.EVENTS),
                    "control", List.of(Topic.CONTROL),
                    "aside", List.of(Topic.JOBS_ASIDE));

    private final KafkaClientService clients;

    WarmQueue(KafkaClientService clients) {
        this.clients = clients;
    }

    void warm(@Observes @Priority(AFTER_CHANNELS) StartupEvent start) {
        TOPICS.forEach((channel, topics) ->
                clients.getProducer(channel)
                        .runOnSendingThread(producer -> {
                            topics.forEach(topic -> producer.partitionsFor(topic.topicName()));
                        })
                        .await()
                        .atMost(PATIENCE));
    }
}
