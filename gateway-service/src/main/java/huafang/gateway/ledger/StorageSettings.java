package huafang.gateway.ledger;

import io.smallrye.config.ConfigMapping;
import java.net.URI;

/** Where storage is. */
@ConfigMapping(prefix = "huafang.storage")
public interface StorageSettings {
    URI url();
}
