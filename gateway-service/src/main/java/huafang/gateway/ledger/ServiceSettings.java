package huafang.gateway.ledger;

import io.smallrye.config.ConfigMapping;

/** How the services know each other: the password of the user {@code service}. */
@ConfigMapping(prefix = "huafang.service")
public interface ServiceSettings {
    String password();
}
