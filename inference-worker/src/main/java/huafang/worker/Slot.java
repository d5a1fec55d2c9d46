package huafang.worker;

import static java.util.Map.entry;

import huafang.contracts.broker.Broker;
import huafang.contracts.broker.Lane;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/**
 * Takes one image after the other from a lane of the queue. The broker locks an image for longer
 * than any may take, so the lock is never renewed, and no poll happens while an image is held. A
 * slot that dies loses its connection, upon which the broker hands its image to another one.
 */
final class Slot implements Runnable {
    private static final Logger LOG = Logger.getLogger(Slot.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(2);
    private static final Map<String, Object> QUEUE =
            Map.ofEntries(
                    entry("group.id", Broker.WORKERS),
                    entry("share.acknowledgement.mode", "explicit"),
                    // The default hands out whole batches, of which this one would hold all.
                    entry("share.acquire.mode", "record_limit"),
                    entry("max.poll.records", 1),
                    entry("max.poll.interval.ms", (int) Broker.LOCK.toMillis()),
                    // An image is held in silence; the connection's end would release it.
                    entry("connections.max.idle.ms", Broker.LOCK.plusMinutes(1).toMillis()));

    private final Map<String, Object> settings;

    private final Lane lane;
    private final Residence residence;
    private final TaskHandler handler;
    private final CompletableFuture<Void> ready;
    private final Closing closing;

    /**
     * @param broker how clients reach the broker
     * @param lane that it takes images from
     * @param residence which group of models they are of
     * @param ready done when images may be taken
     */
    Slot(
            Map<String, Object> broker,
            Lane lane,
            Residence residence,
            TaskHandler handler,
            CompletableFuture<Void> ready,
            Closing closing) {
        this.settings = new HashMap<>(broker);
        this.settings.putAll(QUEUE);
        this.lane = lane;
        this.residence = residence;
        this.handler = handler;
        this.ready = ready;
        this.closing = closing;
    }

    @Override
    public void run() {
        closing.awaitBeginning(ready);
        while (!closing.hasBegun()) {
            // To another group's topic it goes with another consumer: one that leaves a topic while
            // the broker hands it an image drops that, and the broker keeps it locked.
            String topic = lane.topicName(residence.group());
            try (var consumer =
                    new KafkaShareConsumer<>(
                            settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.subscribe(List.of(topic));
                while (!closing.hasBegun() && lane.topicName(residence.group()).equals(topic)) {
                    for (var record : consumer.poll(POLL)) {
                        take(consumer, record);
                    }
                }
            } catch (KafkaException e) {
                LOG.warnf(e, "the queue cannot be read, trying again");
                closing.pause(AFTER_TROUBLE);
            } catch (CancellationException e) {
                LOG.warnf("an image is left to another worker: %s", e.getMessage());
            }
        }
    }

    private void take(
            KafkaShareConsumer<byte[], byte[]> consumer, ConsumerRecord<byte[], byte[]> record) {
        String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
        int deliveries = record.deliveryCount().orElse((short) 1);
        var taken =
                new Taken(lane, record.topic(), record.offset(), key, record.value(), deliveries);
        consumer.acknowledge(record, handler.handle(taken));
        consumer.commitSync()
                .values()
                .forEach(problem ->
                        problem.ifPresent(e -> {
                            // The image may be painted twice, and storage keeps the first.
                            LOG.warnf(
                                    "image=%s: done, but the broker did not hear of it: %s",
                                    key, e);
                            handler.outlive(taken);
                        }));
    }
}
