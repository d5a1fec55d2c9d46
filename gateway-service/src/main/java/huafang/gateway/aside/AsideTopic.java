package huafang.gateway.aside;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.Codec;
import huafang.contracts.job.ImageTask;
import huafang.contracts.job.KeptAside;
import huafang.gateway.problem.ProblemException;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/** The tasks that are kept aside, as the broker has them: few, and read when somebody asks. */
@Singleton
class AsideTopic {
    private static final TopicPartition PARTITION =
            new TopicPartition(Topic.GENERATION_JOBS_ASIDE, 0);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LONGEST_TEXT = 1000;

    private final Map<String, Object> settings;
    private final MutinyEmitter<byte[]> emitter;

    AsideTopic(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            @Channel("aside") MutinyEmitter<byte[]> emitter) {
        this.settings = new HashMap<>(broker);
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        this.emitter = emitter;
    }

    /**
     * All that need attention, oldest first.
     *
     * @throws ProblemException (503) if the broker does not answer
     */
    List<KeptTask> list() {
        NavigableMap<Long, KeptTask> tasks = new TreeMap<>();
        for (var record : records()) {
            Header settled = record.headers().lastHeader(KeptAside.SETTLES);
            if (settled == null) {
                tasks.put(record.offset(), task(record));
            } else {
                tasks.remove(Long.parseLong(text(settled.value())));
            }
        }
        return List.copyOf(tasks.values());
    }

    /**
     * One of them.
     *
     * @throws ProblemException (404) if there is none, or it has been seen to; (503) if the broker
     *     does not answer
     */
    KeptTask find(long id) {
        return list().stream()
                .filter(task -> task.id() == id)
                .findFirst()
                .orElseThrow(() ->
                        ProblemException.notFound("There is no task %d aside.".formatted(id)));
    }

    /**
     * Takes it from the list.
     *
     * @throws ProblemException (503) if the broker does not take that
     */
    void settle(KeptTask task) {
        var headers = new RecordHeaders();
        headers.add(KeptAside.SETTLES, bytes(Long.toString(task.id())));
        var record =
                OutgoingKafkaRecordMetadata.<String>builder()
                        .withKey(task.image())
                        .withHeaders(headers)
                        .build();
        try {
            Uni.createFrom()
                    .deferred(
                            () -> emitter.sendMessage(Message.of(new byte[0], Metadata.of(record))))
                    .await()
                    .atMost(PATIENCE);
        } catch (RuntimeException e) {
            throw unavailable(e);
        }
    }

    private List<ConsumerRecord<String, byte[]>> records() {
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            long end = consumer.endOffsets(List.of(PARTITION), PATIENCE).get(PARTITION);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (consumer.position(PARTITION, PATIENCE) < end) {
                var polled = consumer.poll(PATIENCE);
                if (polled.isEmpty()) {
                    throw new KafkaException("no answer within " + PATIENCE);
                }
                polled.forEach(records::add);
            }
            return records;
        } catch (KafkaException e) {
            throw unavailable(e);
        }
    }

    private static ProblemException unavailable(RuntimeException cause) {
        return ProblemException.unavailable(
                "The queue cannot be asked just now; try again in a moment.", cause);
    }

    private static KeptTask task(ConsumerRecord<String, byte[]> record) {
        Header reason = record.headers().lastHeader(KeptAside.REASON);
        byte[] value = record.value() == null ? new byte[0] : record.value();
        ImageTask task = null;
        String text = null;
        try {
            task = Codec.decode(value, ImageTask.class);
        } catch (IllegalArgumentException unreadable) {
            text = text(value);
            text = text.substring(0, Math.min(text.length(), LONGEST_TEXT));
        }
        return new KeptTask(
                record.offset(),
                record.key(),
                reason == null ? "" : text(reason.value()),
                Instant.ofEpochMilli(record.timestamp()),
                task,
                text);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
