package huafang.gateway.job;

import huafang.contracts.broker.Topic;
import huafang.gateway.ledger.Ledger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Follows the real events as another replica would that starts now. */
final class SecondReplica implements AutoCloseable {
    private final Positions positions = new Positions();
    private final LiveJobs live;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread thread;
    private volatile boolean isClosed;

    final Jobs jobs;
    final CatchUp catchUp;
    final Backlog backlog;

    SecondReplica(String broker, JobSettings settings, Ledger ledger, Admin admin) {
        live = new LiveJobs(settings);
        Present present = new Present(admin, positions);
        jobs = new Jobs(live, present, ledger);
        catchUp = new CatchUp(live, present, ledger, settings);
        backlog = new Backlog(live, settings);
        consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                consumer.partitionsFor(Topic.GENERATION_EVENTS).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        new FromRecentPast(positions, settings).onPartitionsAssigned(consumer, partitions);
        thread = Thread.ofVirtual().start(this::follow);
    }

    private void follow() {
        EventFollower follower = new EventFollower(live, positions);
        while (!isClosed) {
            follower.follow(consumer.poll(Duration.ofMillis(50)));
        }
        consumer.close();
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
