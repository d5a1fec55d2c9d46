package huafang.gateway.job;

import huafang.contracts.broker.Topic;
import huafang.gateway.problem.ProblemException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Where the events end just now. */
@Singleton
class Present {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String TOPIC = Topic.EVENTS.topicName();

    private final Admin admin;
    private final Positions positions;
    private volatile int partitions;

    Present(Admin admin, Positions positions) {
        this.admin = admin;
        this.positions = positions;
    }

    /**
     * Waits until this replica has read all events that there are.
     *
     * @throws ProblemException (503) if it cannot
     */
    void await() {
        try {
            if (!positions.await(ends(), PATIENCE)) {
                throw away(null);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw away(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw away(e);
        }
    }

    private Map<Integer, Long> ends()
            throws ExecutionException, TimeoutException, InterruptedException {
        if (partitions == 0) {
            partitions =
                    get(admin.describeTopics(List.of(TOPIC)).allTopicNames())
                            .get(TOPIC)
                            .partitions()
                            .size();
        }
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            latest.put(new TopicPartition(TOPIC, partition), OffsetSpec.latest());
        }
        Map<Integer, Long> ends = new HashMap<>();
        get(admin.listOffsets(latest).all())
                .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
        return ends;
    }

    private static <T> T get(KafkaFuture<T> answer)
            throws ExecutionException, TimeoutException, InterruptedException {
        return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ProblemException away(Exception e) {
        return ProblemException.unavailable(
                "The jobs' events cannot be read just now; try again in a moment.", e);
    }
}
