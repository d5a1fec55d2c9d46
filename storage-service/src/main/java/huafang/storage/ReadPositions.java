package huafang.storage;

import huafang.contracts.broker.Topic;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** How far the replicas together have read. */
@ApplicationScoped
class ReadPositions {
    private static final String GROUP = "storage";
    private static final List<String> TOPICS =
            List.of(Topic.GENERATION_EVENTS, Topic.GENERATED_IMAGES);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Map<String, Object> broker;
    private Admin admin;

    ReadPositions(@Identifier("default-kafka-broker") Map<String, Object> broker) {
        this.broker = broker;
    }

    /**
     * Whether the ledger holds all that was on the broker when this was called. More comes all the
     * time, so this waits a while until that has been read.
     *
     * @throws ExecutionException if the broker cannot say
     * @throws TimeoutException likewise
     */
    synchronized boolean areAtEnd()
            throws ExecutionException, TimeoutException, InterruptedException {
        admin = admin == null ? Admin.create(broker) : admin;
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        get(admin.describeTopics(TOPICS).allTopicNames())
                .forEach((topic, about) ->
                        about.partitions()
                                .forEach(partition ->
                                        latest.put(
                                                new TopicPartition(topic, partition.partition()),
                                                OffsetSpec.latest())));
        var ends = get(admin.listOffsets(latest).all());
        long until = System.nanoTime() + PATIENCE.toNanos();
        do {
            Map<TopicPartition, OffsetAndMetadata> read =
                    get(admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata());
            boolean areRead =
                    ends.entrySet().stream()
                            .allMatch(end -> {
                                OffsetAndMetadata next = read.get(end.getKey());
                                return (next == null ? 0 : next.offset())
                                        >= end.getValue().offset();
                            });
            if (areRead) {
                return true;
            }
            Thread.sleep(PAUSE);
        } while (System.nanoTime() < until);
        return false;
    }

    private static <T> T get(KafkaFuture<T> answer)
            throws ExecutionException, TimeoutException, InterruptedException {
        return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }
}
