package huafang.gateway.picture;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.broker.Broker;
import huafang.contracts.broker.Topic;
import huafang.contracts.job.ImageKey;
import huafang.gateway.job.JobImage;
import huafang.servers.KafkaBroker;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PictureTopicTest {
    private static KafkaBroker broker;
    private static Map<String, Object> settings;
    private static Admin admin;
    private static KafkaProducer<String, byte[]> producer;
    private static PictureTopic topic;

    @BeforeAll
    static void open() {
        broker = KafkaBroker.temporary();
        settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        admin = Admin.create(settings);
        Broker.prepare(admin);
        producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        topic =
                new PictureTopic(
                        settings,
                        new PictureSettings() {
                            @Override
                            public int readers() {
                                return 2;
                            }

                            @Override
                            public Duration patience() {
                                return Duration.ofSeconds(20);
                            }
                        });
    }

    @AfterAll
    static void close() {
        topic.close(null);
        producer.close();
        admin.close();
        broker.close();
    }

    @Test
    void aPictureIsReadFromItsPlace() throws Exception {
        var first = new ImageKey(UUID.randomUUID(), 0);
        var second = new ImageKey(UUID.randomUUID(), 0);
        JobImage.Claim placeOfFirst = publish(0, first, new byte[] {1, 2, 3});
        JobImage.Claim placeOfSecond = publish(0, second, new byte[40_000]);

        assertThat(topic.read(placeOfFirst, first)).hasValue(new byte[] {1, 2, 3});
        assertThat(topic.read(placeOfSecond, second)).hasValue(new byte[40_000]);
        assertThat(topic.read(placeOfFirst, first)).hasValue(new byte[] {1, 2, 3});
    }

    @Test
    void anotherImageAtThatPlaceIsNotHandedOut() throws Exception {
        JobImage.Claim place = publish(1, new ImageKey(UUID.randomUUID(), 0), new byte[] {1});

        assertThat(topic.read(place, new ImageKey(UUID.randomUUID(), 0))).isEmpty();
    }

    @Test
    void whatTheBrokerDeletedIsGone() throws Exception {
        var key = new ImageKey(UUID.randomUUID(), 0);
        JobImage.Claim place = publish(2, key, new byte[] {1});
        admin.deleteRecords(
                        Map.of(
                                new TopicPartition(Topic.GENERATED_IMAGES, 2),
                                RecordsToDelete.beforeOffset(place.offset() + 1)))
                .all()
                .get();

        assertThat(topic.read(place, key)).isEmpty();
    }

    private static JobImage.Claim publish(int partition, ImageKey key, byte[] png)
            throws Exception {
        var record = new ProducerRecord<>(Topic.GENERATED_IMAGES, partition, key.toString(), png);
        return new JobImage.Claim(partition, producer.send(record).get().offset());
    }
}
