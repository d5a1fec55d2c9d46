package huafang.servers;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** What one node for one machine needs, and what makes it a job queue. */
final class BrokerSettings {
    static final int NODE = 1;
    static final String CONTROLLER = "CONTROLLER";

    private BrokerSettings() {}

    /**
     * @param host by which clients are told to call it
     */
    static Properties of(Path directory, String host, int port, int controllerPort) {
        var client = "PLAINTEXT://127.0.0.1:" + port;
        var controller = "127.0.0.1:" + controllerPort;
        var settings = new Properties();
        settings.putAll(
                Map.of(
                        "process.roles",
                        "broker,controller",
                        "node.id",
                        Integer.toString(NODE),
                        "listeners",
                        client + "," + CONTROLLER + "://" + controller,
                        "advertised.listeners",
                        "PLAINTEXT://" + host + ":" + port,
                        "controller.listener.names",
                        CONTROLLER,
                        "controller.quorum.voters",
                        NODE + "@" + controller,
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT",
                        "log.dirs",
                        directory.toString(),
                        "auto.create.topics.enable",
                        "false"));
        settings.putAll(ALONE);
        settings.putAll(QUEUE);
        return settings;
    }

    /** A cluster of one: nothing to replicate to, nobody to wait for, and a small memory. */
    private static final Map<String, String> ALONE =
            Map.ofEntries(
                    Map.entry("offsets.topic.replication.factor", "1"),
                    Map.entry("offsets.topic.num.partitions", "1"),
                    Map.entry("transaction.state.log.replication.factor", "1"),
                    Map.entry("transaction.state.log.min.isr", "1"),
                    Map.entry("transaction.state.log.num.partitions", "1"),
                    Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                    Map.entry("share.coordinator.state.topic.min.isr", "1"),
                    Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                    Map.entry("group.initial.rebalance.delay.ms", "0"),
                    Map.entry("num.network.threads", "2"),
                    Map.entry("num.io.threads", "4"),
                    // The default, 128 MiB, is more than the whole heap given to it.
                    Map.entry("log.cleaner.dedupe.buffer.size", "2097152"));

    /**
     * An image may be locked for up to an hour, in which its worker has nothing to say, and
     * attempts are counted by us, not here.
     */
    private static final Map<String, String> QUEUE =
            Map.of(
                    "group.share.max.record.lock.duration.ms", "3600000",
                    "connections.max.idle.ms", "3600000",
                    "group.share.delivery.count.limit", "10",
                    "group.share.heartbeat.interval.ms", "500",
                    "group.share.min.heartbeat.interval.ms", "500");
}
