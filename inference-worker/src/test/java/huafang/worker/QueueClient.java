package huafang.worker;

import huafang.contracts.broker.Broker;
import huafang.contracts.broker.Lane;
import huafang.contracts.broker.Topic;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.ImageParameters;
import huafang.contracts.generation.InputPicture;
import huafang.contracts.generation.Model;
import huafang.contracts.generation.Rng;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.Scheduler;
import huafang.contracts.job.Cancellation;
import huafang.contracts.job.Codec;
import huafang.contracts.job.ImageKey;
import huafang.contracts.job.ImageTask;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.StepsDone;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What the gateway and storage do to the topics, for tests. */
final class QueueClient implements AutoCloseable {
    static final Model ANY = new Model("any.safetensors", "ab".repeat(32));

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<String, Object> broker;
    private final KafkaProducer<String, byte[]> producer;
    private final Admin admin;

    QueueClient(String bootstrapServers) {
        this.broker = Map.of("bootstrap.servers", bootstrapServers);
        this.producer =
                new KafkaProducer<>(broker, new StringSerializer(), new ByteArraySerializer());
        this.admin = Admin.create(broker);
    }

    Map<String, Object> broker() {
        return broker;
    }

    Admin admin() {
        return admin;
    }

    static ImageTask task(ImageParameters parameters, boolean save) {
        var key = new ImageKey(UUID.randomUUID(), 0);
        return new ImageTask(key, "ada", parameters, save, 0, Instant.now());
    }

    /** A task whose pixels do not matter. */
    static ImageTask task() {
        return task(parameters("a red house", ANY, 1), true);
    }

    static GenerationParameters parameters(String prompt, Model model, long seed) {
        return new GenerationParameters(
                prompt,
                "",
                64,
                64,
                4,
                Sampler.EULER_A,
                Scheduler.AUTOMATIC,
                7,
                seed,
                Rng.NV,
                model);
    }

    /** Of a worker that never moves. */
    static Residence home() {
        return new Residence(PATIENCE, PATIENCE, RandomGenerator.getDefault(), System.nanoTime());
    }

    void enqueue(ImageTask task) throws Exception {
        enqueue(Lane.INTERACTIVE, task);
    }

    void enqueue(Lane lane, ImageTask task) throws Exception {
        enqueue(lane.topicName(0), task);
    }

    void enqueue(String topic, ImageTask task) throws Exception {
        enqueue(topic, task.key().toString(), Codec.encode(task));
    }

    void enqueue(String key, byte[] value) throws Exception {
        enqueue(Topic.GENERATION_JOBS, key, value);
    }

    private void enqueue(String topic, String key, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topic, key, value)).get(20, TimeUnit.SECONDS);
    }

    /** What the gateway does with a picture that a job begins with. */
    InputPicture input(byte[] png) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256").digest(png);
        String sha256 = HexFormat.of().formatHex(digest);
        var place =
                producer.send(new ProducerRecord<>(Topic.INPUTS.topicName(), sha256, png))
                        .get(20, TimeUnit.SECONDS);
        return new InputPicture(
                place.partition(), place.offset(), png.length, sha256, "ab".repeat(16));
    }

    /** What the gateway does when a job's owner cancels it. */
    void cancel(UUID job) throws Exception {
        byte[] value = Codec.encode(new Cancellation(job, Instant.now()));
        producer.send(new ProducerRecord<>(Topic.CONTROL.topicName(), job.toString(), value))
                .get(20, TimeUnit.SECONDS);
    }

    /** The events of a job from its first to the one that is meant. */
    List<JobEvent> events(UUID job, Predicate<JobEvent> last) {
        var events = new ArrayList<JobEvent>();
        read(
                Topic.EVENTS,
                record -> {
                    if (!record.key().equals(job.toString())) {
                        return false;
                    }
                    var event = Codec.decode(record.value(), JobEvent.class);
                    events.add(event);
                    return last.test(event);
                });
        return events;
    }

    /** The events of a job from its first to its end. */
    List<JobEvent> events(UUID job) {
        return events(
                job,
                event ->
                        switch (event) {
                            case JobEvent.Finished _, JobEvent.Failed _, JobEvent.Cancelled _ ->
                                    true;
                            default -> false;
                        });
    }

    /** The first step told of the job that is meant. */
    StepsDone.Image step(UUID job, Predicate<StepsDone.Image> meant) {
        var found = new AtomicReference<StepsDone.Image>();
        read(
                Topic.STEPS,
                record -> {
                    Codec.decode(record.value(), StepsDone.class).images().stream()
                            .filter(image -> image.jobId().equals(job))
                            .filter(meant)
                            .findFirst()
                            .ifPresent(found::set);
                    return found.get() != null;
                });
        return found.get();
    }

    /** The first record with this key. */
    ConsumerRecord<String, byte[]> record(Topic topic, String key) {
        return read(topic, record -> key.equals(record.key()));
    }

    /** How many records with this key there are by now. */
    long count(Topic topic, String key) {
        try (var consumer = consumer(topic)) {
            var ends = consumer.endOffsets(consumer.assignment());
            long count = 0;
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    count += key.equals(record.key()) ? 1 : 0;
                }
            }
            return count;
        }
    }

    private ConsumerRecord<String, byte[]> read(
            Topic topic, Predicate<ConsumerRecord<String, byte[]>> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (var consumer = consumer(topic)) {
            while (System.nanoTime() < deadline) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    if (wanted.test(record)) {
                        return record;
                    }
                }
            }
        }
        throw new AssertionError("nothing of what was waited for on " + topic.topicName());
    }

    private KafkaConsumer<String, byte[]> consumer(Topic topic) {
        var consumer =
                new KafkaConsumer<>(broker, new StringDeserializer(), new ByteArrayDeserializer());
        var partitions =
                consumer.partitionsFor(topic.topicName()).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    /** A worker that takes one image and is gone without a word. */
    void takeAndDie() {
        try (var consumer = shareConsumer()) {
            consumer.subscribe(List.of(Topic.JOBS.topicName()));
            while (consumer.poll(Duration.ofMillis(200)).isEmpty()) {
                // until there is one
            }
        }
    }

    private KafkaShareConsumer<byte[], byte[]> shareConsumer() {
        var settings = new HashMap<>(broker);
        settings.put("group.id", Broker.WORKERS);
        settings.put("share.acknowledgement.mode", "explicit");
        settings.put("share.acquire.mode", "record_limit");
        settings.put("max.poll.records", 1);
        return new KafkaShareConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Whether the broker knows the workers' group. */
    boolean everJoined() throws Exception {
        return admin.listGroups().all().get(20, TimeUnit.SECONDS).stream()
                .anyMatch(group -> group.groupId().equals(Broker.WORKERS));
    }

    /** How many records of generation-jobs are not acknowledged. */
    long lag() throws Exception {
        var offsets =
                admin.listShareGroupOffsets(Map.of(Broker.WORKERS, new ListShareGroupOffsetsSpec()))
                        .partitionsToOffsetInfo(Broker.WORKERS)
                        .get(20, TimeUnit.SECONDS);
        return offsets.values().stream()
                .filter(Objects::nonNull)
                .mapToLong(info -> info.lag().orElse(0L))
                .sum();
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
