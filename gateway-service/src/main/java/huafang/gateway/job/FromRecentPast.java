package huafang.gateway.job;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * Has the events read from some minutes before the start, so that a replica knows the jobs that are
 * in work; after an interruption, from where it was. Steps are of interest only from now on.
 */
@Singleton
@Identifier("events")
class FromRecentPast implements KafkaConsumerRebalanceListener {
    private final Positions positions;
    private final JobSettings settings;

    FromRecentPast(Positions positions, JobSettings settings) {
        this.positions = positions;
        this.settings = settings;
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> assigned) {
        var partitions = assigned.stream().filter(one -> Positions.areOf(one.topic())).toList();
        long past = Instant.now().minus(settings.replay()).toEpochMilli();
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, past));
        var starts = consumer.offsetsForTimes(times);
        var ends = consumer.endOffsets(partitions);
        for (TopicPartition partition : partitions) {
            OptionalLong known = positions.of(partition.partition());
            OffsetAndTimestamp start = starts.get(partition);
            long offset = known.orElse(start == null ? ends.get(partition) : start.offset());
            consumer.seek(partition, offset);
            positions.reach(partition.partition(), offset);
        }
    }
}
