package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.Cancellation;
import huafang.contracts.job.Codec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CancellationsTest {
    private static final TopicPartition PARTITION = new TopicPartition(Topic.GENERATION_CONTROL, 0);

    private final Cancellations cancellations = new Cancellations();

    @Test
    void allIsKnownOnceWhatStoodThereAtTheStartIsRead() {
        var job = UUID.randomUUID();
        cancellations.onPartitionsAssigned(topic(3, 6), List.of(PARTITION));
        cancellations.take(record(3, Codec.encode(new Cancellation(job, Instant.now()))));
        cancellations.take(record(4, "nothing".getBytes(StandardCharsets.UTF_8)));

        assertThat(cancellations.has(job)).isTrue();
        assertThat(cancellations.has(UUID.randomUUID())).isFalse();
        assertThat(cancellations.known()).isNotDone();

        cancellations.take(record(5, null));
        assertThat(cancellations.known()).isDone();
    }

    @Test
    void nothingIsWaitedForWhereNothingStands() {
        cancellations.onPartitionsAssigned(topic(7, 7), List.of(PARTITION));

        assertThat(cancellations.known()).isDone();
    }

    private static MockConsumer<String, byte[]> topic(long beginning, long end) {
        var consumer = new MockConsumer<String, byte[]>("earliest");
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, beginning));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
        return consumer;
    }

    private static ConsumerRecord<String, byte[]> record(long offset, byte[] value) {
        return new ConsumerRecord<>(Topic.GENERATION_CONTROL, 0, offset, "key", value);
    }
}
