package huafang.gateway.model;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;

/** Where the model-downloader is, and how long its list of checkpoints is believed. */
@ConfigMapping(prefix = "huafang.downloader")
public interface DownloaderSettings {
    URI url();

    /** A name that is not on the list is looked up at once all the same. */
    @WithDefault("5s")
    Duration listFreshFor();
}
