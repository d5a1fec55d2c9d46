package huafang.contracts.broker;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Makes a broker ready for Huafang, or says why it cannot be: each service calls this before
 * anything else.
 */
public final class Broker {
    /** The share group of all workers. */
    public static final String WORKERS = "inference-workers";

    /** How long a worker may hold one image: longer than the longest one takes. */
    public static final Duration LOCK = Duration.ofMinutes(30);

    /** Deaths, restarts and connections that break count alike for the broker. */
    private static final int DELIVERIES = 10;

    private static final String LOCK_MAXIMUM = "group.share.max.record.lock.duration.ms";
    private static final String IDLE_MAXIMUM = "connections.max.idle.ms";
    private static final String DELIVERY_LIMIT = "group.share.delivery.count.limit";
    private static final String MESSAGE_MAXIMUM = "max.message.bytes";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Admin admin;
    private final Duration patience;

    Broker(Admin admin, Duration patience) {
        this.admin = admin;
        this.patience = patience;
    }

    /**
     * Checks what the broker can do, creates the topics that are missing, and sets the workers'
     * group.
     *
     * @throws BrokerException if the broker cannot carry Huafang
     */
    public static void prepare(Admin admin) {
        prepare(admin, LOCK);
    }

    static void prepare(Admin admin, Duration lock) {
        new Broker(admin, PATIENCE).prepareFor(lock);
    }

    void prepareFor(Duration lock) {
        requireShareGroups();
        requireSettings(lock);
        createTopics();
        requireMessageSize();
        setGroup(lock);
    }

    private void requireShareGroups() {
        var features =
                get("tell its features", admin.describeFeatures().featureMetadata())
                        .finalizedFeatures();
        var share = features.get("share.version");
        if (share == null || share.maxVersionLevel() < 1) {
            throw new BrokerException(
                    "The broker has no share groups (found feature share.version "
                            + (share == null ? "absent" : share.maxVersionLevel())
                            + ", needed 1 or higher): use Apache Kafka 4.2 or later, and on an upgraded cluster run"
                            + " kafka-features.sh upgrade --feature share.version=1.");
        }
    }

    private void requireSettings(Duration lock) {
        for (var node : get("name its nodes", admin.describeCluster().nodes())) {
            var config = configOf(new ConfigResource(ConfigResource.Type.BROKER, node.idString()));
            require(
                    config.get(LOCK_MAXIMUM),
                    lock.toMillis(),
                    "would take an image away from its worker too early");
            requireIdle(config.get(IDLE_MAXIMUM), lock);
            require(
                    config.get(DELIVERY_LIMIT),
                    DELIVERIES,
                    "would forget an image whose workers were restarted or lost their connections");
        }
    }

    /** A worker says nothing while it holds an image, and the end of its connection releases it. */
    private static void requireIdle(ConfigEntry maximum, Duration lock) {
        boolean isEndless = maximum != null && Long.parseLong(maximum.value()) < 0;
        if (!isEndless) {
            require(
                    maximum,
                    lock.toMillis(),
                    "would close a worker's connection while it paints, and hand its image to another one");
        }
    }

    private static void require(ConfigEntry setting, long least, String otherwise) {
        if (setting != null && Long.parseLong(setting.value()) < least) {
            throw new BrokerException(
                    "The broker %s (found %s %s, needed %d or more): raise it on the broker."
                            .formatted(otherwise, setting.name(), setting.value(), least));
        }
    }

    /**
     * Creates the topics of groups of models that are missing.
     *
     * @param groups how many there are in all
     * @throws BrokerException if the broker does not
     */
    public static void prepareGroups(Admin admin, int groups) {
        new Broker(admin, PATIENCE)
                .create(
                        IntStream.range(0, groups)
                                .boxed()
                                .flatMap(group ->
                                        Arrays.stream(Lane.values())
                                                .map(lane ->
                                                        topic(lane.topicName(group), lane.topic())))
                                .toList());
    }

    private void createTopics() {
        create(
                Arrays.stream(Topic.values())
                        .map(topic -> topic(topic.topicName(), topic))
                        .toList());
    }

    private static NewTopic topic(String name, Topic like) {
        return new NewTopic(name, Optional.of(like.partitions()), Optional.empty())
                .configs(like.settings());
    }

    private void create(Collection<NewTopic> topics) {
        admin.createTopics(topics)
                .values()
                .forEach((name, created) -> {
                    try {
                        get("create the topic " + name, created);
                    } catch (BrokerException e) {
                        if (!(e.getCause() instanceof TopicExistsException)) {
                            throw e;
                        }
                    }
                });
    }

    private void requireMessageSize() {
        requireMessageSize(Topic.IMAGES.topicName());
        requireMessageSize(Topic.INPUTS.topicName());
    }

    private void requireMessageSize(String topic) {
        var maximum =
                awaitTopic(new ConfigResource(ConfigResource.Type.TOPIC, topic))
                        .get(MESSAGE_MAXIMUM);
        if (Integer.parseInt(maximum.value()) < Topic.LARGEST_MESSAGE) {
            throw new BrokerException(
                    "The topic %s is too small for pictures (found %s %s, needed %d or more): raise it on the topic."
                            .formatted(
                                    topic,
                                    MESSAGE_MAXIMUM,
                                    maximum.value(),
                                    Topic.LARGEST_MESSAGE));
        }
    }

    /** The broker hears of a topic, too, a moment after the controller has made it. */
    private Map<String, ConfigEntry> awaitTopic(ConfigResource topic) {
        long start = System.nanoTime();
        while (true) {
            try {
                return configOf(topic);
            } catch (BrokerException e) {
                boolean isUnheardOf = e.getCause() instanceof UnknownTopicOrPartitionException;
                if (!isUnheardOf || System.nanoTime() - start > patience.toNanos()) {
                    throw e;
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void setGroup(Duration lock) {
        var settings =
                Map.of(
                        "share.auto.offset.reset", "earliest",
                        "share.isolation.level", "read_committed",
                        "share.record.lock.duration.ms", String.valueOf(lock.toMillis()));
        List<AlterConfigOp> changes =
                settings.entrySet().stream()
                        .map(setting ->
                                new AlterConfigOp(
                                        new ConfigEntry(setting.getKey(), setting.getValue()),
                                        AlterConfigOp.OpType.SET))
                        .toList();
        var group = new ConfigResource(ConfigResource.Type.GROUP, WORKERS);
        get(
                "set the group " + WORKERS,
                admin.incrementalAlterConfigs(Map.of(group, changes)).all());
        awaitSettings(group, settings);
    }

    /**
     * The broker hears of a change a moment after the controller has it; whoever joins before that
     * gets the default.
     */
    private void awaitSettings(ConfigResource resource, Map<String, String> settings) {
        long start = System.nanoTime();
        while (!settings.equals(valuesOf(resource, settings.keySet()))) {
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new BrokerException(
                        "The broker did not take the settings %s of %s within %d ms: change them by hand."
                                .formatted(settings, resource.name(), patience.toMillis()));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private Map<String, String> valuesOf(ConfigResource resource, Set<String> names) {
        var config = configOf(resource);
        return names.stream()
                .collect(Collectors.toMap(name -> name, name -> config.get(name).value()));
    }

    private Map<String, ConfigEntry> configOf(ConfigResource resource) {
        var config =
                get(
                        "tell the settings of " + resource.name(),
                        admin.describeConfigs(List.of(resource)).values().get(resource));
        return config.entries().stream()
                .collect(Collectors.toMap(ConfigEntry::name, entry -> entry));
    }

    private <T> T get(String what, KafkaFuture<T> answer) {
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new BrokerException(
                    "The broker did not %s: %s".formatted(what, e.getCause().getMessage()),
                    e.getCause());
        } catch (TimeoutException e) {
            throw new BrokerException(
                    "The broker did not %s within %d ms: is it running, and is its address right?"
                            .formatted(what, patience.toMillis()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerException("Interrupted while waiting for the broker.", e);
        }
    }
}
