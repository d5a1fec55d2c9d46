package huafang.gateway.job;

import huafang.contracts.broker.Lane;
import huafang.contracts.broker.Topic;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.stream.IntStream;

/**
 * Has the producers look up their topics at start. A producer that does so at its first record
 * holds up all records behind it while the broker is away; one that knows its topic does not.
 */
@Singleton
class WarmQueue {
    private static final int AFTER_CHANNELS = 5000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private final KafkaClientService clients;
    private final JobSettings settings;

    WarmQueue(KafkaClientService clients, JobSettings settings) {
        this.clients = clients;
        this.settings = settings;
    }

    void warm(@Observes @Priority(AFTER_CHANNELS) StartupEvent start) {
        for (Lane lane : Lane.values()) {
            IntStream.range(0, settings.modelGroups())
                    .forEach(group -> warm("jobs", lane.topicName(group)));
        }
        warm("accepted", Topic.GENERATION_EVENTS);
        warm("control", Topic.GENERATION_CONTROL);
        warm("aside", Topic.GENERATION_JOBS_ASIDE);
    }

    private void warm(String channel, String topic) {
        clients.getProducer(channel)
                .runOnSendingThread(producer -> {
                    producer.partitionsFor(topic);
                })
                .await()
                .atMost(PATIENCE);
    }
}
