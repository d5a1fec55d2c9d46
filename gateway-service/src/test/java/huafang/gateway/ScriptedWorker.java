package huafang.gateway;

import huafang.contracts.broker.Lane;
import huafang.contracts.broker.Records;
import huafang.contracts.broker.Topic;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.InputPicture;
import huafang.contracts.infotext.Infotext;
import huafang.contracts.job.Cancellation;
import huafang.contracts.job.Codec;
import huafang.contracts.job.GeneratedImage;
import huafang.contracts.job.ImageKey;
import huafang.contracts.job.ImageTask;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.KeptAside;
import huafang.contracts.job.StepsDone;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Plays the worker on the real broker: sees the tasks queued after its birth, says what it is told
 * to.
 */
public final class ScriptedWorker implements AutoCloseable {
    private final String broker;
    private final KafkaConsumer<String, byte[]> tasks;
    private final KafkaProducer<String, byte[]> producer;
    private final Deque<ImageTask> seen = new ArrayDeque<>();
    private final Map<ImageKey, String> topics = new HashMap<>();

    public ScriptedWorker(String broker) {
        this.broker = broker;
        Map<String, Object> settings = Map.of("bootstrap.servers", broker);
        tasks =
                new KafkaConsumer<>(
                        settings, new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                Arrays.stream(Lane.values())
                        .map(lane -> new TopicPartition(lane.topicName(0), 0))
                        .toList();
        tasks.assign(partitions);
        tasks.seekToEnd(partitions);
        partitions.forEach(tasks::position);
        producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker,
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                34 << 20),
                        new StringSerializer(),
                        new ByteArraySerializer());
    }

    /** The next task on the queue, or null if none comes soon. */
    public ImageTask next(Duration patience) {
        Instant end = Instant.now().plus(patience);
        while (seen.isEmpty() && Instant.now().isBefore(end)) {
            for (var record : tasks.poll(Duration.ofMillis(50))) {
                ImageTask task = Codec.decode(record.value(), ImageTask.class);
                seen.add(task);
                topics.put(task.key(), record.topic());
            }
        }
        return seen.poll();
    }

    /** Whether a task that was seen stood in the lane. */
    public boolean isIn(Lane lane, ImageTask task) {
        return lane.topicName(0).equals(topics.get(task.key()));
    }

    public ImageTask next() {
        ImageTask task = next(Duration.ofSeconds(10));
        if (task == null) {
            throw new AssertionError("no task on the queue");
        }
        return task;
    }

    /** How the image of a task is painted. */
    public static GenerationParameters painting(ImageTask task) {
        return (GenerationParameters) task.parameters();
    }

    /** Whether the owner's wish to end the job has come to the workers. */
    public boolean hearsOfCancellation(UUID job) {
        try (var control =
                new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", broker),
                        new StringDeserializer(),
                        new ByteArrayDeserializer())) {
            var partition = new TopicPartition(Topic.GENERATION_CONTROL, 0);
            control.assign(List.of(partition));
            control.seekToBeginning(List.of(partition));
            long end = control.endOffsets(List.of(partition)).get(partition);
            while (control.position(partition) < end) {
                for (var record : control.poll(Duration.ofMillis(100))) {
                    if (Codec.decode(record.value(), Cancellation.class).jobId().equals(job)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /** The picture that a task begins with, as it lies on the broker. */
    public byte[] input(InputPicture picture) {
        try (var inputs =
                new Records(
                        Map.of("bootstrap.servers", broker),
                        Topic.INPUTS,
                        1,
                        Duration.ofSeconds(10))) {
            return inputs.read(picture.partition(), picture.offset(), picture.sha256())
                    .orElseThrow();
        }
    }

    public void start(ImageTask task) {
        tell(
                new JobEvent.Started(
                        task.key().jobId(), task.key().index(), 1, "scripted", Instant.now()));
    }

    public void progress(ImageTask task, int step) {
        progress(task, step, null);
    }

    /**
     * @param preview in base64, or null
     */
    public void progress(ImageTask task, int step, String preview) {
        var image =
                new StepsDone.Image(
                        task.key().jobId(),
                        task.key().index(),
                        step,
                        painting(task).steps(),
                        preview);
        tell(new StepsDone(List.of(image)));
    }

    public void fail(ImageTask task, String reason) {
        tell(new JobEvent.Failed(task.key().jobId(), task.key().index(), reason, Instant.now()));
    }

    /** Keeps a task aside, in whatever bytes. */
    public void setAside(String key, byte[] task, String reason) {
        var aside = new ProducerRecord<>(Topic.GENERATION_JOBS_ASIDE, key, task);
        aside.headers().add(KeptAside.REASON, reason.getBytes(StandardCharsets.UTF_8));
        send(aside);
    }

    /** Publishes the picture and says so. */
    public byte[] finish(ImageTask task) {
        byte[] png = Png.with("parameters", Infotext.of(task.parameters()));
        var described =
                new GeneratedImage(
                        task.key(), task.owner(), task.parameters(), task.save(), 1, Instant.now());
        var picture = new ProducerRecord<>(Topic.GENERATED_IMAGES, task.key().toString(), png);
        picture.headers().add(GeneratedImage.HEADER, Codec.encode(described));
        RecordMetadata place = send(picture);
        tell(
                new JobEvent.Finished(
                        task.key().jobId(),
                        task.key().index(),
                        place.partition(),
                        place.offset(),
                        1,
                        Instant.now()));
        return png;
    }

    public void tell(JobEvent event) {
        send(
                new ProducerRecord<>(
                        Topic.GENERATION_EVENTS, event.jobId().toString(), Codec.encode(event)));
    }

    public void tell(StepsDone steps) {
        send(new ProducerRecord<>(Topic.GENERATION_STEPS, Codec.encode(steps)));
    }

    private RecordMetadata send(ProducerRecord<String, byte[]> message) {
        try {
            return producer.send(message).get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        tasks.close();
        producer.close();
    }
}
