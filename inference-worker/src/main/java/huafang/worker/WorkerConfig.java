package huafang.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** How this worker works. */
@ConfigMapping(prefix = "huafang")
interface WorkerConfig {
    Models models();

    Worker worker();

    /** Where checkpoints are. */
    interface Models {
        /** The folder that holds {@code Stable-diffusion/}. */
        Path directory();
    }

    /** The worker itself. */
    interface Worker {
        /** What events call it. */
        @WithDefault("${HOSTNAME:worker}")
        String name();

        /** How many images of each lane it paints at once. */
        @WithDefault("1")
        int slots();

        /** What it paints on: cpu, cuda, or auto, which is cuda where it works. */
        @WithDefault("auto")
        String device();

        /** How long an image may still take when the worker is told to end. */
        @WithDefault("25s")
        Duration grace();

        /**
         * How long one step may take, or what comes before the first one and after the last: a
         * worker that sees one take longer hangs, and ends.
         */
        @WithDefault("10m")
        Duration longestStep();
    }
}
