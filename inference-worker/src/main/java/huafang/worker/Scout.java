package huafang.worker;

import huafang.contracts.broker.Broker;
import huafang.contracts.broker.Lane;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Looks where work is, as long as models fall into several groups, and has this worker go there.
 */
final class Scout implements Runnable {
    private static final Logger LOG = Logger.getLogger(Scout.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final Duration BETWEEN_MAPS = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Map<String, Object> broker;
    private final Residence residence;
    private final int slots;
    private final Closing closing;

    /**
     * @param broker how clients reach the broker
     * @param slots that this worker has in all
     */
    Scout(Map<String, Object> broker, Residence residence, int slots, Closing closing) {
        this.broker = broker;
        this.residence = residence;
        this.slots = slots;
        this.closing = closing;
    }

    @Override
    public void run() {
        try (Admin admin = Admin.create(broker)) {
            while (!closing.hasBegun()) {
                try {
                    look(admin);
                } catch (ExecutionException | TimeoutException | KafkaException e) {
                    LOG.debugf(e, "the broker does not say where work is, trying again");
                } catch (RuntimeException e) {
                    LOG.errorf(e, "where work is cannot be told, trying again");
                }
                closing.pause(BETWEEN_MAPS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** For some time, with the topics that there are now. */
    private void look(Admin admin)
            throws ExecutionException, InterruptedException, TimeoutException {
        Set<String> topics =
                get(admin.listTopics().names()).stream()
                        .filter(Scout::isQueue)
                        .collect(Collectors.toSet());
        long end = System.nanoTime() + BETWEEN_MAPS.toNanos();
        while (topics.size() > Lane.values().length
                && !closing.hasBegun()
                && System.nanoTime() < end) {
            residence.look(demand(admin, topics), slots, System.nanoTime());
            closing.pause(BETWEEN_LOOKS);
        }
    }

    private static boolean isQueue(String topic) {
        return Arrays.stream(Lane.values()).anyMatch(lane -> lane.groupOf(topic).isPresent());
    }

    private static Demand demand(Admin admin, Set<String> topics)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, Long> images = new HashMap<>();
        get(admin.listOffsets(
                                topics.stream()
                                        .collect(
                                                Collectors.toMap(
                                                        Scout::partition,
                                                        topic -> OffsetSpec.latest())))
                        .all())
                .forEach((partition, end) -> images.put(partition.topic(), end.offset()));
        // Only of topics that the group has been to it is known how far it is.
        get(admin.listShareGroupOffsets(Map.of(Broker.WORKERS, new ListShareGroupOffsetsSpec()))
                        .partitionsToOffsetInfo(Broker.WORKERS))
                .forEach((partition, info) -> {
                    if (info != null) {
                        info.lag().ifPresent(lag -> images.replace(partition.topic(), lag));
                    }
                });
        Map<String, Integer> members = new HashMap<>();
        get(admin.describeShareGroups(List.of(Broker.WORKERS))
                        .describedGroups()
                        .get(Broker.WORKERS))
                .members()
                .forEach(member ->
                        member.assignment()
                                .topicPartitions()
                                .forEach(place -> members.merge(place.topic(), 1, Integer::sum)));
        return new Demand(images, members);
    }

    private static TopicPartition partition(String topic) {
        return new TopicPartition(topic, 0);
    }

    private static <T> T get(KafkaFuture<T> answer)
            throws ExecutionException, InterruptedException, TimeoutException {
        return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
