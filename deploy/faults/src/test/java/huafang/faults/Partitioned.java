package huafang.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What the queue is measured against: workers that share a topic by its partitions, one each, as a
 * consumer group does. They sleep where others paint.
 */
final class Partitioned implements AutoCloseable {
    private static final String NAME = "bench-partitioned";

    private final Map<String, Object> broker;
    private final List<Load> loads;
    private final KafkaProducer<String, String> producer;
    private final Map<Integer, Long> asked = new ConcurrentHashMap<>();
    private final Map<Integer, Double> waits = new ConcurrentHashMap<>();
    private final List<Thread> workers = new ArrayList<>();
    private volatile boolean closed;

    Partitioned(Map<String, Object> broker, int workers, List<Load> loads) throws Exception {
        this.broker = broker;
        this.loads = loads;
        try (var admin = Admin.create(new HashMap<>(broker))) {
            admin.createTopics(List.of(new NewTopic(NAME, Optional.of(workers), Optional.empty())))
                    .all()
                    .get();
        }
        producer =
                new KafkaProducer<>(
                        new HashMap<>(broker), new StringSerializer(), new StringSerializer());
        for (int i = 0; i < workers; i++) {
            this.workers.add(Thread.ofVirtual().start(this::work));
        }
    }

    /** Queues an image, by the hash of its key. */
    void submit(int image, UUID key) {
        asked.put(image, System.nanoTime());
        producer.send(new ProducerRecord<>(NAME, key.toString(), Integer.toString(image)));
    }

    private void work() {
        Map<String, Object> settings = new HashMap<>(broker);
        settings.put("group.id", NAME);
        settings.put("auto.offset.reset", "earliest");
        settings.put("max.poll.records", 1);
        settings.put("enable.auto.commit", false); // nobody will read on
        try (var consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(NAME));
            while (!closed) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    int image = Integer.parseInt(record.value());
                    waits.put(image, (System.nanoTime() - asked.get(image)) / 1e9);
                    TimeUnit.MILLISECONDS.sleep(loads.get(image).takes().toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How long each image waited for its worker, once all have one: seconds. */
    List<Double> waits() throws InterruptedException {
        while (waits.size() < loads.size()) {
            Thread.sleep(100);
        }
        return List.copyOf(waits.values());
    }

    @Override
    public void close() {
        closed = true;
        producer.close();
        try {
            for (Thread worker : workers) {
                worker.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
