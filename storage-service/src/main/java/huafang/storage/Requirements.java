package huafang.storage;

import huafang.contracts.broker.Broker;
import huafang.contracts.broker.BrokerException;
import huafang.contracts.broker.Topic;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.common.annotation.Identifier;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * What the broker and the database must be able to do; if they cannot, the service does not start
 * and says so in one sentence.
 */
@ApplicationScoped
class Requirements {
    /** The largest picture in base64, and room for the rest of its row. */
    static final long LARGEST_STATEMENT = Topic.LARGEST_MESSAGE / 3 * 4 + (1L << 20);

    private final Map<String, Object> kafka;
    private final Pool pool;

    Requirements(@Identifier("default-kafka-broker") Map<String, Object> kafka, Pool pool) {
        this.kafka = kafka;
        this.pool = pool;
    }

    /** Before the channels, which start at priority 1000. */
    void check(@Observes @Priority(1) StartupEvent start) {
        requireStatementSize();
        prepareBroker();
    }

    private void prepareBroker() {
        try (var admin = Admin.create(kafka)) {
            Broker.prepare(admin);
        } catch (BrokerException refused) {
            throw new ConfigurationException(refused.getMessage());
        } catch (KafkaException unusable) {
            throw new ConfigurationException(
                    "No client can be made for the broker at %s: %s"
                            .formatted(kafka.get("bootstrap.servers"), rootMessage(unusable)));
        }
    }

    private void requireStatementSize() {
        long found =
                pool.query("SELECT @@max_allowed_packet")
                        .execute()
                        .map(rows -> rows.iterator().next().getLong(0))
                        .await()
                        .indefinitely();
        if (found < LARGEST_STATEMENT) {
            throw new ConfigurationException(
                    "The database is too small for pictures (found max_allowed_packet %d, needed %d or more): set it to 64M."
                            .formatted(found, LARGEST_STATEMENT));
        }
    }

    private static String rootMessage(Throwable failure) {
        return failure.getCause() == null ? failure.getMessage() : rootMessage(failure.getCause());
    }
}
