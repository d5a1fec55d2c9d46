package huafang.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.Codec;
import huafang.contracts.job.ImageState;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.StepsDone;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class EventFollowerTest {
    private static final TopicPartition EVENTS = new TopicPartition(Topic.GENERATION_EVENTS, 0);
    private static final TopicPartition STEPS = new TopicPartition(Topic.GENERATION_STEPS, 0);
    private final UUID id = UUID.randomUUID();
    private final JobSettings settings = Settings.keeping(Duration.ofMinutes(10), 100);
    private final LiveJobs live = new LiveJobs(settings);
    private final Positions positions = new Positions();
    private final EventFollower follower = new EventFollower(live, positions);

    private final Object accepted =
            new JobEvent.Accepted(
                    id, "admin", LiveJobsTest.PARAMETERS, 2, true, null, Instant.EPOCH);

    private StepsDone steps(int first, int second) {
        return new StepsDone(
                List.of(
                        new StepsDone.Image(id, 0, first, 10, null),
                        new StepsDone.Image(id, 1, second, 10, null)));
    }

    @Test
    void onePollTellsOfEventsAndOfTheStepsOfAllImages() {
        var poll = new LinkedHashMap<TopicPartition, List<ConsumerRecord<String, byte[]>>>();
        poll.put(STEPS, records(STEPS, 70, Codec.encode(steps(1, 2)), Codec.encode(steps(3, 4))));
        poll.put(EVENTS, records(EVENTS, 5, Codec.encode(accepted)));

        follower.follow(new ConsumerRecords<>(poll, Map.of()));

        assertThat(images()).extracting(JobImage::step).containsExactly(3, 4);
        assertThat(images()).extracting(JobImage::state).containsOnly(ImageState.STARTED);
    }

    @Test
    void whatCannotBeReadIsPassedOverAndTheRestIsTaken() {
        byte[] broken = "broken".getBytes(StandardCharsets.UTF_8);
        byte[] nothing = "null".getBytes(StandardCharsets.UTF_8);
        byte[] earlier =
                "{\"type\":\"progressed\",\"jobId\":\"%s\",\"index\":0,\"step\":9,\"steps\":10}"
                        .formatted(id)
                        .getBytes(StandardCharsets.UTF_8);

        follow(EVENTS, 5, broken, null, nothing, earlier, Codec.encode(accepted));
        follow(STEPS, 70, broken, null, nothing, Codec.encode(steps(3, 4)));

        assertThat(images()).extracting(JobImage::step).containsExactly(3, 4);
        assertThat(positions.of(0)).hasValue(10);
    }

    /** Their partitions have the same numbers. */
    @Test
    void howFarTheStepsAreReadSaysNothingOfTheEvents() {
        follow(STEPS, 70, Codec.encode(steps(1, 2)));
        assertThat(positions.areKnown()).isFalse();

        follow(EVENTS, 5, Codec.encode(accepted));
        assertThat(positions.of(0)).hasValue(6);
    }

    @Test
    void eventsAreReadFromTheRecentPastAndStepsFromNowOn() {
        try (var consumer = consumer()) {
            var listener = new FromRecentPast(positions, settings);
            listener.onPartitionsAssigned(consumer, List.of(STEPS));
            assertThat(positions.areKnown()).isFalse();

            listener.onPartitionsAssigned(consumer, List.of(STEPS, EVENTS));

            assertThat(consumer.position(EVENTS)).isEqualTo(5);
            assertThat(consumer.position(STEPS)).isEqualTo(90);
            assertThat(positions.of(0)).hasValue(5);

            follow(EVENTS, 5, Codec.encode(accepted));
            consumer.seek(EVENTS, 0);
            listener.onPartitionsAssigned(consumer, List.of(EVENTS, STEPS));
            assertThat(consumer.position(EVENTS)).as("where it was").isEqualTo(6);
        }
    }

    private static MockConsumer<String, byte[]> consumer() {
        var consumer =
                new MockConsumer<String, byte[]>("latest") {
                    @Override
                    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
                            Map<TopicPartition, Long> times) {
                        var offsets = new HashMap<TopicPartition, OffsetAndTimestamp>();
                        times.forEach((partition, time) ->
                                offsets.put(partition, new OffsetAndTimestamp(5, time)));
                        return offsets;
                    }
                };
        consumer.assign(List.of(EVENTS, STEPS));
        consumer.updateBeginningOffsets(Map.of(EVENTS, 0L, STEPS, 60L));
        consumer.updateEndOffsets(Map.of(EVENTS, 8L, STEPS, 90L));
        return consumer;
    }

    private void follow(TopicPartition partition, long offset, byte[]... values) {
        follower.follow(
                new ConsumerRecords<>(
                        Map.of(partition, records(partition, offset, values)), Map.of()));
    }

    private static List<ConsumerRecord<String, byte[]>> records(
            TopicPartition partition, long offset, byte[]... values) {
        return IntStream.range(0, values.length)
                .mapToObj(i ->
                        new ConsumerRecord<>(
                                partition.topic(),
                                partition.partition(),
                                offset + i,
                                (String) null,
                                values[i]))
                .toList();
    }

    private List<JobImage> images() {
        return live.find(id).orElseThrow().now().job().images();
    }
}
