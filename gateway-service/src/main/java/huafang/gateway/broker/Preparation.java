package huafang.gateway.broker;

import huafang.contracts.broker.Broker;
import huafang.contracts.broker.BrokerException;
import huafang.gateway.job.JobSettings;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.apache.kafka.clients.admin.Admin;

/** Refuses to start on a broker that cannot carry Huafang; the channels open only after this. */
@Singleton
class Preparation {
    private static final int BEFORE_CHANNELS = 1;

    private final Admin admin;
    private final JobSettings settings;

    Preparation(Admin admin, JobSettings settings) {
        this.admin = admin;
        this.settings = settings;
    }

    void prepare(@Observes @Priority(BEFORE_CHANNELS) StartupEvent start) {
        try {
            Broker.prepare(admin);
            Broker.prepareGroups(admin, settings.modelGroups());
        } catch (BrokerException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }
}
