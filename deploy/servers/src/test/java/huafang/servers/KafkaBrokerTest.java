package huafang.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KafkaBrokerTest {
    @Test
    void whatWasPublishedBeforeARestartReachesAShareGroupAfterIt(@TempDir Path directory)
            throws Exception {
        int port = FreePort.any();
        try (var broker = KafkaBroker.in(directory, port)) {
            createTopic(broker);
            publish(broker, "a puppy dog");
        }

        try (var broker = KafkaBroker.in(directory, port)) {
            assertThat(take(broker)).containsExactly("a puppy dog");
        }
    }

    @Test
    void allowsALockOfAnHourAndCreatesNoTopicByItself() throws Exception {
        try (var broker = KafkaBroker.temporary();
                var admin = Admin.create(client(broker))) {
            var node = new ConfigResource(ConfigResource.Type.BROKER, "1");
            var config = admin.describeConfigs(List.of(node)).all().get().get(node);

            assertThat(config.get("group.share.max.record.lock.duration.ms").value())
                    .isEqualTo("3600000");
            assertThat(config.get("connections.max.idle.ms").value())
                    .as("its worker is silent meanwhile")
                    .isEqualTo("3600000");
            assertThat(config.get("auto.create.topics.enable").value()).isEqualTo("false");
        }
    }

    private static Map<String, Object> client(KafkaBroker broker) {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    private static void createTopic(KafkaBroker broker) throws Exception {
        var group = new ConfigResource(ConfigResource.Type.GROUP, "workers");
        var earliest =
                new AlterConfigOp(
                        new ConfigEntry("share.auto.offset.reset", "earliest"),
                        AlterConfigOp.OpType.SET);
        try (var admin = Admin.create(client(broker))) {
            admin.createTopics(List.of(new NewTopic("jobs", 1, (short) 1))).all().get();
            admin.incrementalAlterConfigs(Map.of(group, List.of(earliest))).all().get();
        }
    }

    private static void publish(KafkaBroker broker, String value) throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        client(broker), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("jobs", value)).get(20, TimeUnit.SECONDS);
        }
    }

    private static List<String> take(KafkaBroker broker) {
        var settings =
                Map.<String, Object>of(
                        "bootstrap.servers", broker.bootstrapServers(), "group.id", "workers");
        var values = new ArrayList<String>();
        try (var consumer =
                new KafkaShareConsumer<>(
                        settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("jobs"));
            while (values.isEmpty()) {
                consumer.poll(Duration.ofSeconds(1)).forEach(r -> values.add(r.value()));
            }
        }
        return values;
    }
}
