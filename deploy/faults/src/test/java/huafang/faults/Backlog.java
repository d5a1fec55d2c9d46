package huafang.faults;

import huafang.contracts.broker.Broker;
import huafang.contracts.broker.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What the broker has, and workers and storage services have not dealt with. */
final class Backlog implements AutoCloseable {
    private static final String STORAGE = "storage";

    private final Admin admin;

    Backlog(Fleet fleet) {
        this.admin = Admin.create(new HashMap<>(fleet.broker()));
    }

    boolean isEmpty() throws InterruptedException {
        try {
            return images() == 0 && records() == 0;
        } catch (ExecutionException e) {
            return false; // it cannot tell just now
        }
    }

    private long images() throws ExecutionException, InterruptedException {
        return admin
                .listShareGroupOffsets(Map.of(Broker.WORKERS, new ListShareGroupOffsetsSpec()))
                .partitionsToOffsetInfo(Broker.WORKERS)
                .get()
                .values()
                .stream()
                .filter(Objects::nonNull)
                .mapToLong(info -> info.lag().orElse(0L))
                .sum();
    }

    private long records() throws ExecutionException, InterruptedException {
        var read = admin.listConsumerGroupOffsets(STORAGE).partitionsToOffsetAndMetadata().get();
        long behind = 0;
        for (var end : ends().entrySet()) {
            OffsetAndMetadata at = read.get(end.getKey());
            behind += end.getValue() - (at == null ? 0 : at.offset());
        }
        return behind;
    }

    private Map<TopicPartition, Long> ends() throws ExecutionException, InterruptedException {
        var topics = List.of(Topic.EVENTS.topicName(), Topic.IMAGES.topicName());
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        admin.describeTopics(topics)
                .allTopicNames()
                .get()
                .forEach((name, topic) ->
                        topic.partitions()
                                .forEach(partition ->
                                        wanted.put(
                                                new TopicPartition(name, partition.partition()),
                                                OffsetSpec.latest())));
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (var offset : admin.listOffsets(wanted).all().get().entrySet()) {
            ends.put(offset.getKey(), offset.getValue().offset());
        }
        return ends;
    }

    /** Has storage read everything again, as after a crash before its commit. */
    void rewindStorage() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> beginning = new HashMap<>();
        ends().keySet().forEach(partition -> beginning.put(partition, new OffsetAndMetadata(0)));
        admin.alterConsumerGroupOffsets(STORAGE, beginning).all().get();
    }

    @Override
    public void close() {
        admin.close();
    }
}
