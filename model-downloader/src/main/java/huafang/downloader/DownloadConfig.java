package huafang.downloader;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What may be fetched, and how. */
@ConfigMapping(prefix = "huafang.downloader")
interface DownloadConfig {
    /**
     * Whether hosts may be fetched from whose addresses are not public: this machine, this network.
     */
    @WithDefault("false")
    boolean allowPrivateHosts();

    /** Certificates (PEM) of authorities that are trusted besides Java's own. */
    Optional<Path> certificateAuthorities();

    /** Bytes that stay free on the models' disk. */
    @WithDefault("536870912")
    long spareBytes();

    /** How long a server may be silent. */
    @WithDefault("60s")
    Duration patience();

    /** How many files are fetched at once; others wait. */
    @WithDefault("2")
    int parallel();
}
