package huafang.faults;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.Codec;
import huafang.contracts.job.JobEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Hears which worker begins an image, from when this is made. */
final class Starts implements AutoCloseable {
    private final KafkaConsumer<String, byte[]> events;

    Starts(Map<String, Object> broker) {
        events =
                new KafkaConsumer<>(
                        new HashMap<>(broker),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
        var partitions =
                events.partitionsFor(Topic.EVENTS.topicName()).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        events.assign(partitions);
        events.seekToEnd(partitions);
        partitions.forEach(events::position); // else the end is looked up at the first poll
    }

    /** The worker that begins an image of this job, unless that takes longer than this. */
    Optional<String> await(UUID job, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < end) {
            for (var record : events.poll(Duration.ofMillis(100))) {
                if (Codec.decode(record.value(), JobEvent.class) instanceof JobEvent.Started start
                        && start.jobId().equals(job)) {
                    return Optional.of(start.worker());
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        events.close();
    }
}
