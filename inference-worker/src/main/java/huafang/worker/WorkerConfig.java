package huafang.worker;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

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

        /**
         * How many images of each lane it paints at once; 1 on a CPU and 8 on a GPU if not given.
         */
        OptionalInt slots();

        /**
         * What models may take together: while there is room, they stay loaded. A model counts as
         * twice its files. Half of the machine's memory on a CPU if not given; on a GPU what is
         * free there when the worker starts, or if CUDA does not tell, what one image needs.
         */
        Optional<MemorySize> modelMemory();

        /**
         * Pixels on each side of the tiles in which a VAE takes pictures that are larger than one,
         * a multiple of 8 from 64. Not given, pictures up to 1024×1024 pixels are taken whole, on a
         * GPU all for which it has memory at that moment, and the others in tiles of 768.
         */
        OptionalInt vaeTile();

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
