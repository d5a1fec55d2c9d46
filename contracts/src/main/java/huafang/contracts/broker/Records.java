package huafang.contracts.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads single records of a topic from where they were published, by partition and offset. */
public final class Records implements AutoCloseable {
    private final Topic topic;
    private final Duration patience;
    private final BlockingQueue<KafkaConsumer<String, byte[]>> idle = new LinkedBlockingQueue<>();

    /**
     * @param broker the settings of its clients
     * @param readers how many records are read at once
     * @param patience how long the broker may take
     */
    public Records(Map<String, Object> broker, Topic topic, int readers, Duration patience) {
        this.topic = topic;
        this.patience = patience;
        for (int reader = 0; reader < readers; reader++) {
            idle.add(reader(broker));
        }
    }

    /**
     * The value of a record, or nothing where the broker has none with that key there any more.
     *
     * @throws BrokerException if it does not answer
     */
    public Optional<byte[]> read(int partition, long offset, String key) {
        KafkaConsumer<String, byte[]> reader = null;
        try {
            reader = idle.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (reader != null) {
                return read(reader, new TopicPartition(topic.topicName(), partition), offset, key);
            }
        } catch (OffsetOutOfRangeException gone) {
            return Optional.empty();
        } catch (KafkaException e) {
            throw new BrokerException(
                    "The broker did not give a record of %s: %s"
                            .formatted(topic.topicName(), e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (reader != null) {
                idle.add(reader);
            }
        }
        throw silent();
    }

    private Optional<byte[]> read(
            KafkaConsumer<String, byte[]> reader,
            TopicPartition partition,
            long offset,
            String key) {
        reader.assign(List.of(partition));
        reader.seek(partition, offset);
        long end = System.nanoTime() + patience.toNanos();
        long left;
        while ((left = end - System.nanoTime()) > 0) {
            List<ConsumerRecord<String, byte[]>> records =
                    reader.poll(Duration.ofNanos(left)).records(partition);
            if (!records.isEmpty()) {
                ConsumerRecord<String, byte[]> first = records.getFirst();
                boolean isIt = first.offset() == offset && key.equals(first.key());
                return isIt ? Optional.of(first.value()) : Optional.empty();
            }
        }
        throw silent();
    }

    private BrokerException silent() {
        return new BrokerException(
                "The broker did not give a record of %s within %d ms."
                        .formatted(topic.topicName(), patience.toMillis()));
    }

    /** Connects, so that the first record need not wait for that. */
    public void open() {
        idle.forEach(reader -> reader.partitionsFor(topic.topicName()));
    }

    @Override
    public void close() {
        for (var reader = idle.poll(); reader != null; reader = idle.poll()) {
            reader.close();
        }
    }

    private static KafkaConsumer<String, byte[]> reader(Map<String, Object> broker) {
        Map<String, Object> settings = new HashMap<>(broker);
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // The broker sends at least one whole batch; more would be other people's pictures.
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 1);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        // A reader asks for the record behind the one it returned, and the next read waits for
        // that.
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
