package huafang.worker;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.Alive;
import huafang.contracts.job.Asked;
import huafang.contracts.job.Begun;
import huafang.contracts.job.Cancellation;
import huafang.contracts.job.Codec;
import huafang.contracts.job.HandedBack;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * The jobs whose owners want no more of their pictures, and which records of the queue workers have
 * begun again, let go of unpainted, or have in hand while others take them for dead. Each worker
 * reads all that the topic retains, which is as long as a job can wait, before it takes its first
 * image.
 */
@Singleton
@Identifier("control")
class Control implements KafkaConsumerRebalanceListener {
    private static final Logger LOG = Logger.getLogger(Control.class);

    private final Recent<UUID> cancelled = new Recent<>(Topic.CONTROL.retention());
    private final Recent<String> handedBack = new Recent<>(Topic.CONTROL.retention());

    /** Deliveries, as {@link Begun#key} says them. */
    private final Recent<String> begun = new Recent<>(Topic.CONTROL.retention());

    private final Recent<String> survived = new Recent<>(Topic.CONTROL.retention());

    /** How many slots have a delivery. */
    private final Map<String, Integer> inHand = new ConcurrentHashMap<>();

    private final Provider<Outbox> outbox;
    private final CompletableFuture<Void> known = new CompletableFuture<>();
    private final AtomicLong heard = new AtomicLong(-1);
    private volatile long end;

    /**
     * @param outbox for answers; there is none yet as this is made
     */
    Control(Provider<Outbox> outbox) {
        this.outbox = outbox;
    }

    /** Done when all is known that was said before this worker started. */
    CompletableFuture<Void> known() {
        return known;
    }

    boolean isCancelled(UUID job) {
        return cancelled.contains(job);
    }

    boolean isHandedBack(String place) {
        return handedBack.contains(place);
    }

    /** Whether all is known that stood before this place of the topic. */
    boolean hasHeard(long offset) {
        return heard.get() >= offset;
    }

    /** From now on others are told, when they ask, that this delivery's worker lives. */
    void take(Taken taken) {
        inHand.merge(taken.delivery(), 1, Integer::sum);
    }

    void letGoOf(Taken taken) {
        inHand.computeIfPresent(
                taken.delivery(), (delivery, slots) -> slots == 1 ? null : slots - 1);
    }

    /**
     * How many workers have died over a record, as far as is known: those that began an earlier
     * delivery, and have not said since that they live. A delivery that nobody began went to a
     * worker that was ending, or that had it wait.
     *
     * @param taken its present delivery
     * @param saysFirst whether who begins its first delivery says so, too: else that was begun
     *     unless it was handed back
     */
    int deaths(Taken taken, boolean saysFirst) {
        boolean isFirstSilent = !saysFirst && !isHandedBack(taken.place());
        return (int)
                IntStream.range(1, taken.deliveries())
                        .filter(delivery -> {
                            String key = Begun.key(taken.place(), delivery);
                            boolean isBegun = delivery == 1 && isFirstSilent || begun.contains(key);
                            return isBegun && !survived.contains(key);
                        })
                        .count();
    }

    @Override
    public void onPartitionsAssigned(
            Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        consumer.seekToBeginning(partitions);
        for (TopicPartition only : partitions) {
            end = consumer.endOffsets(partitions).get(only);
            reach(consumer.position(only));
        }
    }

    @Incoming(Topic.GENERATION_CONTROL)
    void take(ConsumerRecord<String, byte[]> record) {
        try {
            byte[] value = record.value() == null ? new byte[0] : record.value();
            long now = System.nanoTime();
            if (Asked.isKey(record.key())) {
                answer(Codec.decode(value, Asked.class));
            } else if (Alive.isKey(record.key())) {
                var word = Codec.decode(value, Alive.class);
                survived.add(Begun.key(word.place(), word.delivery()), now);
            } else if (Begun.isKey(record.key())) {
                begun.add(Codec.decode(value, Begun.class).key(), now);
            } else if (HandedBack.isKey(record.key())) {
                handedBack.add(Codec.decode(value, HandedBack.class).place(), now);
            } else {
                cancelled.add(Codec.decode(value, Cancellation.class).jobId(), now);
            }
        } catch (IllegalArgumentException e) {
            LOG.warnf("control record passed over: offset=%d: %s", record.offset(), e.getMessage());
        }
        reach(record.offset() + 1);
    }

    private void answer(Asked question) {
        IntStream.range(1, question.delivery())
                .filter(delivery -> inHand.containsKey(Begun.key(question.place(), delivery)))
                .mapToObj(delivery -> new Alive(question.place(), delivery, Instant.now()))
                .forEach(outbox.get()::mention);
    }

    private void reach(long position) {
        heard.accumulateAndGet(position, Math::max);
        if (position >= end) {
            known.complete(null);
        }
    }
}
