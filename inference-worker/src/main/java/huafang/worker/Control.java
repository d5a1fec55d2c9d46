package huafang.worker;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.Cancellation;
import huafang.contracts.job.Codec;
import huafang.contracts.job.HandedBack;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * The jobs whose owners want no more of their pictures, and the records of the queue that workers
 * which ended have handed back. Each worker reads all that the topic retains, which is as long as a
 * job can wait, before it takes its first image.
 */
@Singleton
@Identifier("control")
class Control implements KafkaConsumerRebalanceListener {
    private static final Logger LOG = Logger.getLogger(Control.class);

    private final Set<UUID> cancelled = ConcurrentHashMap.newKeySet();
    private final Set<String> handedBack = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> known = new CompletableFuture<>();
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
            if (HandedBack.isKey(record.key())) {
                handedBack.add(Codec.decode(value, HandedBack.class).place());
            } else {
                cancelled.add(Codec.decode(value, Cancellation.class).jobId());
            }
        } catch (IllegalArgumentException e) {
            LOG.warnf("control record passed over: offset=%d: %s", record.offset(), e.getMessage());
        }
        reach(record.offset() + 1);
    }

    private void reach(long position) {
        if (position >= end) {
            known.complete(null);
        }
    }
}
