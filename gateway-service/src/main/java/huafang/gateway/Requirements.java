package huafang.gateway;

import huafang.gateway.ledger.ServiceSettings;
import huafang.gateway.ledger.StorageSettings;
import huafang.gateway.model.DownloaderSettings;
import huafang.gateway.session.AdminSettings;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What must be configured before anybody may be let in. That the settings without a default are
 * there is checked by asking for them.
 */
@Singleton
class Requirements {
    private static final String KEY = "quarkus.http.auth.session.encryption-key";
    private static final int SHORTEST_KEY = 16;

    private final int keyLength;

    Requirements(
            AdminSettings admin,
            ServiceSettings service,
            StorageSettings storage,
            DownloaderSettings downloader,
            @ConfigProperty(name = KEY) Optional<String> key) {
        this.keyLength = key.map(String::length).orElse(0);
    }

    void check(@Observes @Priority(0) StartupEvent start) {
        if (keyLength < SHORTEST_KEY) {
            throw new ConfigurationException(
                    "The key of the sign-in cookies is missing or too short (found %d characters, needed %d or more): set %s (QUARKUS_HTTP_AUTH_SESSION_ENCRYPTION_KEY) to the same secret on all replicas."
                            .formatted(keyLength, SHORTEST_KEY, KEY));
        }
    }
}
