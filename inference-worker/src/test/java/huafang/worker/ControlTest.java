package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.Begun;
import huafang.contracts.job.Cancellation;
import huafang.contracts.job.Codec;
import huafang.contracts.job.HandedBack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ControlTest {
    private static final TopicPartition PARTITION = new TopicPartition(Topic.GENERATION_CONTROL, 0);

    private final Control control = new Control();

    @Test
    void allIsKnownOnceWhatStoodThereAtTheStartIsRead() {
        var job = UUID.randomUUID();
        control.onPartitionsAssigned(topic(3, 6), List.of(PARTITION));
        control.take(record(3, Codec.encode(new Cancellation(job, Instant.now()))));
        control.take(record(4, "nothing".getBytes(StandardCharsets.UTF_8)));

        assertThat(control.isCancelled(job)).isTrue();
        assertThat(control.isCancelled(UUID.randomUUID())).isFalse();
        assertThat(control.known()).isNotDone();

        control.take(record(5, null));
        assertThat(control.known()).isDone();
    }

    @Test
    void nothingIsWaitedForWhereNothingStands() {
        control.onPartitionsAssigned(topic(7, 7), List.of(PARTITION));

        assertThat(control.known()).isDone();
    }

    @Test
    void aRecordThatWasHandedBackIsKnownByItsPlace() {
        var record = new HandedBack("generation-jobs", 17, Instant.now());
        control.take(record(record.place(), 0, Codec.encode(record)));

        assertThat(control.isHandedBack("generation-jobs@17")).isTrue();
        assertThat(control.isHandedBack("generation-jobs@18")).isFalse();
        assertThat(control.isHandedBack("generation-jobs-bulk@17")).isFalse();
    }

    @Test
    void onlyWhoBeganARecordHasDiedOverIt() {
        assertThat(control.deaths("generation-jobs@17", 1, false, Set.of())).isZero();
        assertThat(control.deaths("generation-jobs@17", 2, false, Set.of())).isEqualTo(1);
        assertThat(control.deaths("generation-jobs@17", 5, false, Set.of()))
                .as("whoever took it did not begin it")
                .isEqualTo(1);

        begin(17, 3);
        assertThat(control.deaths("generation-jobs@17", 3, false, Set.of()))
                .as("it lives")
                .isEqualTo(1);
        assertThat(control.deaths("generation-jobs@17", 4, false, Set.of())).isEqualTo(2);
        assertThat(control.deaths("generation-jobs@18", 4, false, Set.of())).isEqualTo(1);
    }

    @Test
    void aFirstDeliveryThatWasHandedBackOrIsToldOfWasBegunIfThatWasSaid() {
        var back = new HandedBack("generation-jobs", 17, Instant.now());
        control.take(record(back.place(), 0, Codec.encode(back)));
        assertThat(control.deaths("generation-jobs@17", 1, false, Set.of())).isZero();
        assertThat(control.deaths("generation-jobs@17", 2, false, Set.of())).isZero();
        assertThat(control.deaths("generation-jobs@18", 2, true, Set.of())).isZero();

        begin(17, 1);
        begin(18, 1);
        assertThat(control.deaths("generation-jobs@17", 1, false, Set.of()))
                .as("it lives")
                .isZero();
        assertThat(control.deaths("generation-jobs@17", 2, false, Set.of())).isEqualTo(1);
        assertThat(control.deaths("generation-jobs@18", 2, true, Set.of())).isEqualTo(1);
    }

    @Test
    void whoLivesHasNotDiedOverIt() {
        begin(17, 2);
        begin(17, 3);
        begin(17, 4);

        assertThat(control.holders("generation-jobs@17", 4)).containsOnly("slot-2", "slot-3");
        assertThat(control.deaths("generation-jobs@17", 4, false, Set.of())).isEqualTo(3);
        assertThat(control.deaths("generation-jobs@17", 4, false, Set.of("slot-3"))).isEqualTo(2);
    }

    private void begin(long offset, int delivery) {
        var begun =
                new Begun("generation-jobs", offset, delivery, Instant.now(), "slot-" + delivery);
        control.take(record(begun.key(), 0, Codec.encode(begun)));
    }

    @Test
    void whatWasHeardIsKnownByPlaceAndIsNotForgottenWhenTheTopicIsReadAgain() {
        control.onPartitionsAssigned(topic(3, 6), List.of(PARTITION));
        assertThat(control.hasHeard(3)).isTrue();
        assertThat(control.hasHeard(4)).isFalse();

        control.take(record(4, null));
        control.onPartitionsAssigned(topic(3, 6), List.of(PARTITION));
        assertThat(control.hasHeard(5)).isTrue();
        assertThat(control.hasHeard(6)).isFalse();
    }

    @Test
    void whatIsOldIsForgottenWhenMoreIsHeard() {
        var recent = new Recent<String, Integer>(Duration.ofNanos(10));
        recent.add("first", 1, -5);
        recent.add("second", 1, 0);
        recent.add("third", 1, 5);
        assertThat(recent.contains("first")).isTrue();

        recent.add("fourth", 1, 6);
        assertThat(recent.contains("first")).isFalse();
        assertThat(recent.find("second")).hasValue(1);
    }

    private static MockConsumer<String, byte[]> topic(long beginning, long end) {
        var consumer = new MockConsumer<String, byte[]>("earliest");
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, beginning));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
        return consumer;
    }

    private static ConsumerRecord<String, byte[]> record(long offset, byte[] value) {
        return record("key", offset, value);
    }

    private static ConsumerRecord<String, byte[]> record(String key, long offset, byte[] value) {
        return new ConsumerRecord<>(Topic.GENERATION_CONTROL, 0, offset, key, value);
    }
}
