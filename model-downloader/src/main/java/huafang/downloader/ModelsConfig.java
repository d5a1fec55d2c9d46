package huafang.downloader;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** Where models are. */
@ConfigMapping(prefix = "huafang.models")
interface ModelsConfig {
    /** The folder that holds {@code Stable-diffusion/}. */
    Path directory();

    /** How often the folder is looked at without being asked. */
    @WithDefault("2s")
    Duration scanInterval();
}
