package huafang.worker;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.Begun;
import huafang.contracts.job.Cancellation;
import huafang.contracts.job.Codec;
import huafang.contracts.job.HandedBack;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * The jobs whose owners want no more of their pictures, and which records of the queue workers have
 * begun again, or let go of unpainted. Each worker reads all that the topic retains, which is as
 * long as a job can wait, before it takes its first image.
 */
@Singleton
@Identifier("control")
class Control implements KafkaConsumerRebalanceListener {
    private static final Logger LOG = Logger.getLogger(Control.class);

    private final Recent<UUID, Cancellation> cancelled = new Recent<>(Topic.CONTROL.retention());
    private final Recent<String, Begun> begun = new Recent<>(Topic.CONTROL.retention());
    private final Recent<String, HandedBack> handedBack = new Recent<>(Topic.CONTROL.retention());
    private final CompletableFuture<Void> known = new CompletableFuture<>();
    private final AtomicLong heard = new AtomicLong(-1);
    private volatile long end;

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

    /**
     * How many workers have died over a record: those that began it, and are not alive. A delivery
     * that nobody began went to a worker that was ending, or that had it wait.
     *
     * @param deliveries how often the broker has handed it out, the last time included
     * @param saysFirst whether who begins its first delivery says so, too: else that was begun
     *     unless it was handed back
     * @param living who has only lost its connection
     */
    int deaths(String place, int deliveries, boolean saysFirst, Set<String> living) {
        boolean isFirstSilent = !saysFirst && !isHandedBack(place);
        return (isFirstSilent && deliveries > 1 ? 1 : 0)
                + (int)
                        beginnings(place, deliveries)
                                .filter(word ->
                                        word.holder() == null || !living.contains(word.holder()))
                                .count();
    }

    /** Who began a record before: as far as that was said. */
    Set<String> holders(String place, int deliveries) {
        return beginnings(place, deliveries)
                .map(Begun::holder)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private Stream<Begun> beginnings(String place, int deliveries) {
        return IntStream.range(1, deliveries)
                .mapToObj(delivery -> begun.find(Begun.key(place, delivery)))
                .flatMap(Optional::stream);
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
            if (Begun.isKey(record.key())) {
                var word = Codec.decode(value, Begun.class);
                begun.add(word.key(), word, now);
            } else if (HandedBack.isKey(record.key())) {
                var word = Codec.decode(value, HandedBack.class);
                handedBack.add(word.place(), word, now);
            } else {
                var word = Codec.decode(value, Cancellation.class);
                cancelled.add(word.jobId(), word, now);
            }
        } catch (IllegalArgumentException e) {
            LOG.warnf("control record passed over: offset=%d: %s", record.offset(), e.getMessage());
        }
        reach(record.offset() + 1);
    }

    private void reach(long position) {
        heard.accumulateAndGet(position, Math::max);
        if (position >= end) {
            known.complete(null);
        }
    }
}
