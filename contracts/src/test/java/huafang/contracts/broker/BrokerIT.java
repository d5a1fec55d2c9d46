package huafang.contracts.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import huafang.servers.KafkaBroker;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrokerIT {
    private KafkaBroker broker;
    private Admin admin;

    @BeforeEach
    void start() {
        broker = KafkaBroker.temporary();
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void preparesAnEmptyBrokerAndLeavesAPreparedOneAsItIs() throws Exception {
        Broker.prepare(admin);
        Broker.prepare(admin);

        awaitTopics(
                "generation-jobs",
                "generation-jobs-bulk",
                "generation-jobs-aside",
                "generation-events",
                "generation-steps",
                "generated-images",
                "input-images");
        assertThat(settings(ConfigResource.Type.TOPIC, "generated-images"))
                .containsEntry("max.message.bytes", "33554432")
                .containsEntry("retention.ms", "604800000");
        assertThat(settings(ConfigResource.Type.TOPIC, "generation-steps"))
                .containsEntry("retention.ms", "3600000")
                .containsEntry("segment.ms", "600000");
        assertThat(settings(ConfigResource.Type.GROUP, Broker.WORKERS))
                .containsEntry("share.auto.offset.reset", "earliest")
                .containsEntry("share.isolation.level", "read_committed")
                .containsEntry("share.record.lock.duration.ms", "1800000");
    }

    @Test
    void groupsOfModelsHaveQueuesOfTheirOwn() throws Exception {
        Broker.prepare(admin);
        Broker.prepareGroups(admin, 2);
        Broker.prepareGroups(admin, 3);

        assertThat(awaitTopics("generation-jobs-1", "generation-jobs-2", "generation-jobs-bulk-2"))
                .doesNotContain("generation-jobs-0", "generation-jobs-3");
        assertThat(settings(ConfigResource.Type.TOPIC, "generation-jobs-bulk-1"))
                .containsEntry("retention.ms", "2592000000");
        assertThat(Lane.BULK.groupOf("generation-jobs-bulk-12")).hasValue(12);
        assertThat(Lane.BULK.groupOf("generation-jobs-bulk")).hasValue(0);
        for (String other :
                List.of("generation-jobs-bulk", "generation-jobs-aside", "generation-jobs-01")) {
            assertThat(Lane.INTERACTIVE.groupOf(other)).as(other).isEmpty();
        }
    }

    @Test
    void severalServicesMayPrepareItAtOnce() throws Exception {
        Callable<Void> service =
                () -> {
                    Map<String, Object> settings =
                            Map.of("bootstrap.servers", broker.bootstrapServers());
                    try (Admin own = Admin.create(settings)) {
                        Broker.prepare(own);
                    }
                    return null;
                };

        try (var services = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> prepared : services.invokeAll(Collections.nCopies(12, service))) {
                assertThat(prepared.get()).isNull();
            }
        }
    }

    @Test
    void refusesABrokerThatWouldTakeImagesAwayTooEarly() {
        assertThatThrownBy(() -> Broker.prepare(admin, Duration.ofHours(2)))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("group.share.max.record.lock.duration.ms 3600000")
                .hasMessageContaining("needed 7200000 or more");
    }

    @Test
    void refusesABrokerThatClosesConnectionsOfWorkersThatPaint() {
        assertThat(refusal(Map.of("connections.max.idle.ms", "600000")))
                .isEqualTo(
                        "The broker would close a worker's connection while it paints, and hand its image to another one"
                                + " (found connections.max.idle.ms 600000, needed 1800000 or more): raise it on the broker.");
    }

    @Test
    void refusesABrokerThatForgetsWhatWasHandedOutAFewTimes() {
        var settings =
                Map.of("connections.max.idle.ms", "-1", "group.share.delivery.count.limit", "5");

        assertThat(refusal(settings))
                .contains("found group.share.delivery.count.limit 5, needed 10 or more");
    }

    private static String refusal(Map<String, String> settings) {
        try (var other = KafkaBroker.temporary(settings);
                var client = Admin.create(Map.of("bootstrap.servers", other.bootstrapServers()))) {
            return catchThrowableOfType(BrokerException.class, () -> Broker.prepare(client))
                    .getMessage();
        }
    }

    @Test
    void refusesATopicThatPicturesDoNotFitInto() throws Exception {
        var topic = new NewTopic("generated-images", Optional.of(1), Optional.empty());
        admin.createTopics(List.of(topic)).all().get(10, TimeUnit.SECONDS);

        assertThatThrownBy(() -> Broker.prepare(admin))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("found max.message.bytes 1048588, needed 33554432 or more");
    }

    @Test
    void refusesABrokerWithoutShareGroups() throws Exception {
        var off = new FeatureUpdate((short) 0, FeatureUpdate.UpgradeType.UNSAFE_DOWNGRADE);
        admin.updateFeatures(Map.of("share.version", off), new UpdateFeaturesOptions())
                .all()
                .get(10, TimeUnit.SECONDS);
        awaitNoShareGroups();

        assertThatThrownBy(() -> Broker.prepare(admin))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("The broker has no share groups")
                .hasMessageContaining("use Apache Kafka 4.2 or later");
    }

    /** The controller answers a moment before the broker, which is asked, has heard of it. */
    private void awaitNoShareGroups() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < deadline) {
            var features = admin.describeFeatures().featureMetadata().get(10, TimeUnit.SECONDS);
            var share = features.finalizedFeatures().get("share.version");
            if (share == null || share.maxVersionLevel() == 0) {
                return;
            }
            Thread.sleep(20);
        }
    }

    /** Likewise. */
    private Set<String> awaitTopics(String... names) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        Set<String> found = Set.of();
        while (!found.containsAll(List.of(names)) && System.nanoTime() < deadline) {
            Thread.sleep(20);
            found = admin.listTopics().names().get(10, TimeUnit.SECONDS);
        }
        assertThat(found).contains(names);
        return found;
    }

    @Test
    void saysThatNoBrokerAnswers() {
        try (var nobody = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:1"))) {
            var prepared = new Broker(nobody, Duration.ofMillis(500));

            assertThatThrownBy(() -> prepared.prepareFor(Broker.LOCK))
                    .isInstanceOf(BrokerException.class)
                    .hasMessage(
                            "The broker did not tell its features within 500 ms:"
                                    + " is it running, and is its address right?");
            nobody.close(Duration.ZERO);
        }
    }

    private Map<String, String> settings(ConfigResource.Type type, String name) throws Exception {
        var resource = new ConfigResource(type, name);
        var config = admin.describeConfigs(List.of(resource)).all().get(10, TimeUnit.SECONDS);
        var settings = new HashMap<String, String>();
        config.get(resource).entries().forEach(entry -> settings.put(entry.name(), entry.value()));
        return settings;
    }
}
