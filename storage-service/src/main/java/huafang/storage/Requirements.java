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
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * What the broker and the database must be able to do; if they cannot, the service does not start
 * and says so in one sentence.
 */
@ApplicationScoped
class Requirements {
    /** The largest picture in base64, and room for the rest of its row. */
    static final long LARGEST_STATEMENT = Topic.LARGEST_MESSAGE / 3 * 4 + (1L << 20);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Map<String, Object> kafka;
    private final Flyway flyway;
    private final Pool pool;

    Requirements(
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            Flyway flyway,
            Pool pool) {
        this.kafka = kafka;
        this.flyway = flyway;
        this.pool = pool;
    }

    /** Before the channels, which start at priority 1000. */
    void check(@Observes @Priority(1) StartupEvent start) {
        migrate();
        requireStatementSize();
        prepareBroker();
    }

    private void migrate() {
        try {
            flyway.migrate();
        } catch (FlywayException failed) {
            throw new ConfigurationException(
                    "The database cannot be prepared: " + rootMessage(failed));
        }
    }

    private void prepareBroker() {
        var admin = client();
        try {
            Broker.prepare(admin);
        } catch (BrokerException refused) {
            throw new ConfigurationException(refused.getMessage());
        } finally {
            admin.close(Duration.ZERO); // it would wait for a broker that does not answer
        }
    }

    private Admin client() {
        try {
            return Admin.create(kafka);
        } catch (KafkaException unusable) {
            throw new ConfigurationException(
                    "No client can be made for the broker at %s: %s"
                            .formatted(kafka.get("bootstrap.servers"), rootMessage(unusable)));
        }
    }

    private void requireStatementSize() {
        long found;
        try {
            found =
                    pool.query("SELECT @@max_allowed_packet")
                            .execute()
                            .map(rows -> rows.iterator().next().getLong(0))
                            .await()
                            .atMost(PATIENCE);
        } catch (RuntimeException unreachable) {
            throw new ConfigurationException(
                    "The database does not answer at quarkus.datasource.reactive.url: "
                            + rootMessage(unreachable));
        }
        if (found < LARGEST_STATEMENT) {
            throw new ConfigurationException(
                    "The database is too small for pictures (found max_allowed_packet %d, needed %d or more): set it to 64M."
                            .formatted(found, LARGEST_STATEMENT));
        }
    }

    /** What the deepest cause that says anything says, in one line. */
    private static String rootMessage(Throwable failure) {
        String said = failure.toString();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            said = cause.getMessage() == null ? said : cause.getMessage();
        }
        return said.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
