package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import huafang.contracts.broker.Lane;
import huafang.contracts.broker.Topic;
import huafang.contracts.job.Alive;
import huafang.contracts.job.Begun;
import huafang.contracts.job.Cancellation;
import huafang.contracts.job.Codec;
import huafang.contracts.job.HandedBack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ControlTest {
    private static final TopicPartition PARTITION = new TopicPartition(Topic.GENERATION_CONTROL, 0);

    private final List<Alive> answers = new ArrayList<>();
    private final Control control =
            new Control(() ->
                    new Outbox(null) {
                        @Override
                        void mention(Alive word) {
                            answers.add(word);
                        }
                    });

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
        assertThat(control.deaths(taken(17, 1), false)).isZero();
        assertThat(control.deaths(taken(17, 2), false)).isEqualTo(1);
        assertThat(control.deaths(taken(17, 5), false))
                .as("whoever took it did not begin it")
                .isEqualTo(1);

        hear(taken(17, 3).begun());
        assertThat(control.deaths(taken(17, 3), false)).as("it lives").isEqualTo(1);
        assertThat(control.deaths(taken(17, 4), false)).isEqualTo(2);
        assertThat(control.deaths(taken(18, 4), false)).isEqualTo(1);
    }

    @Test
    void aFirstDeliveryThatWasHandedBackOrIsToldOfWasBegunIfThatWasSaid() {
        var back = taken(17, 1).handedBack();
        control.take(record(back.place(), 0, Codec.encode(back)));
        assertThat(control.deaths(taken(17, 1), false)).isZero();
        assertThat(control.deaths(taken(17, 2), false)).isZero();
        assertThat(control.deaths(taken(18, 2), true)).isZero();

        hear(taken(17, 1).begun());
        hear(taken(18, 1).begun());
        assertThat(control.deaths(taken(17, 1), false)).as("it lives").isZero();
        assertThat(control.deaths(taken(17, 2), false)).isEqualTo(1);
        assertThat(control.deaths(taken(18, 2), true)).isEqualTo(1);
    }

    @Test
    void whoSaysThatItLivesHasNotDiedOverIt() {
        hear(taken(17, 2).begun());
        hear(taken(17, 3).begun());
        assertThat(control.deaths(taken(17, 4), false)).isEqualTo(3);

        for (int delivery : new int[] {1, 3}) {
            var alive = new Alive(taken(17, 1).place(), delivery, Instant.now());
            control.take(record(alive.key(), 0, Codec.encode(alive)));
        }
        assertThat(control.deaths(taken(17, 4), false)).isEqualTo(1);
    }

    @Test
    void whoIsAskedSaysWhatItHasInHandOfTheRecord() {
        control.take(taken(17, 1));
        control.take(taken(17, 2));
        control.take(taken(17, 4));
        control.take(taken(18, 1));
        control.letGoOf(taken(17, 1));
        var question = taken(17, 4).asked();

        control.take(record(question.key(), 0, Codec.encode(question)));

        assertThat(answers)
                .as("neither what is over nor the delivery of who asks")
                .extracting(Alive::place, Alive::delivery)
                .containsExactly(tuple("generation-jobs@17", 2));
    }

    private void hear(Begun begun) {
        control.take(record(begun.key(), 0, Codec.encode(begun)));
    }

    private static Taken taken(long offset, int deliveries) {
        return new Taken(
                Lane.INTERACTIVE, "generation-jobs", offset, "key", new byte[0], deliveries);
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
        var recent = new Recent<String>(Duration.ofNanos(10));
        recent.add("first", -5);
        recent.add("second", 0);
        recent.add("third", 5);
        assertThat(recent.contains("first")).isTrue();

        recent.add("fourth", 6);
        assertThat(recent.contains("first")).isFalse();
        assertThat(recent.contains("second")).isTrue();

        recent.add("fourth", 600);
        assertThat(recent.contains("fourth")).as("heard again").isTrue();
        assertThat(recent.contains("third")).isFalse();
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
