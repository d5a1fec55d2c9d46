package huafang.gateway.picture;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.ImageKey;
import huafang.gateway.job.JobImage;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/** Reads single pictures from the topic they were published on, by partition and offset. */
@Singleton
class PictureTopic {
    private static final Logger LOG = Logger.getLogger(PictureTopic.class);

    private static final int AFTER_CHANNELS = 5000;

    private final BlockingQueue<KafkaConsumer<String, byte[]>> idle = new LinkedBlockingQueue<>();
    private final Duration patience;

    PictureTopic(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            PictureSettings settings) {
        this.patience = settings.patience();
        for (int reader = 0; reader < settings.readers(); reader++) {
            idle.add(reader(broker));
        }
    }

    /** The PNG, or nothing where the broker has none there any more or does not answer. */
    Optional<byte[]> read(JobImage.Claim claim, ImageKey key) {
        KafkaConsumer<String, byte[]> reader = null;
        try {
            reader = idle.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            return reader == null ? Optional.empty() : read(reader, claim, key);
        } catch (KafkaException e) {
            LOG.infof("Picture not on the broker: key=%s cause=%s", key, e.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            if (reader != null) {
                idle.add(reader);
            }
        }
    }

    private Optional<byte[]> read(
            KafkaConsumer<String, byte[]> reader, JobImage.Claim claim, ImageKey key) {
        var partition = new TopicPartition(Topic.IMAGES.topicName(), claim.partition());
        reader.assign(List.of(partition));
        reader.seek(partition, claim.offset());
        long end = System.nanoTime() + patience.toNanos();
        long left;
        while ((left = end - System.nanoTime()) > 0) {
            List<ConsumerRecord<String, byte[]>> records =
                    reader.poll(Duration.ofNanos(left)).records(partition);
            if (!records.isEmpty()) {
                ConsumerRecord<String, byte[]> first = records.getFirst();
                boolean isIt =
                        first.offset() == claim.offset() && key.toString().equals(first.key());
                return isIt ? Optional.of(first.value()) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** The first picture need not wait for connections. */
    void open(@Observes @Priority(AFTER_CHANNELS) StartupEvent start) {
        idle.forEach(reader -> reader.partitionsFor(Topic.GENERATED_IMAGES));
    }

    void close(@Observes ShutdownEvent stop) {
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
