package huafang.gateway.picture;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How pictures are read from the broker. */
@ConfigMapping(prefix = "huafang.pictures")
public interface PictureSettings {
    /** How many are read at once. */
    @WithDefault("4")
    int readers();

    /** After this long storage is asked instead. */
    @WithDefault("5s")
    Duration patience();
}
