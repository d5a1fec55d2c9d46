package huafang.gateway;

import huafang.servers.KafkaBrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import java.util.concurrent.ConcurrentMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The whole gateway, before a real broker; what stands around it is played by the test. The models
 * are those of {@link Models}.
 */
@QuarkusTestResource(KafkaBrokerResource.class)
@QuarkusTestResource(Neighbours.class)
public abstract class PlayedWorker {
    @Neighbours.Answers protected ConcurrentMap<String, String> neighbours;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    protected String broker;

    protected ScriptedWorker worker;

    @BeforeEach
    protected void open() {
        neighbours.clear();
        Models.list(neighbours);
        worker = new ScriptedWorker(broker);
    }

    @AfterEach
    protected void close() {
        worker.close();
    }
}
