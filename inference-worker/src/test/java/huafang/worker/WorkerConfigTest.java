package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerConfigTest {
    @Test
    void defaults() {
        var config = config(Map.of("huafang.models.directory", "/models"));

        assertThat(config.models().directory()).isEqualTo(Path.of("/models"));
        assertThat(config.worker().name()).isEqualTo("worker");
        assertThat(config.worker().slots()).isEmpty();
        assertThat(config.worker().modelMemory()).isEmpty();
        assertThat(config.worker().vaeTile()).isEmpty();
        assertThat(config.worker().device()).isEqualTo("auto");
        assertThat(config.worker().grace()).isEqualTo(Duration.ofSeconds(25));
    }

    @Test
    void everyKey() {
        var config =
                config(
                        Map.of(
                                "huafang.models.directory", "/models",
                                "huafang.worker.name", "gpu-7",
                                "huafang.worker.slots", "4",
                                "huafang.worker.device", "cuda",
                                "huafang.worker.model-memory", "20G",
                                "huafang.worker.vae-tile", "512",
                                "huafang.worker.grace", "2m"));

        assertThat(config.worker().name()).isEqualTo("gpu-7");
        assertThat(config.worker().slots()).hasValue(4);
        assertThat(config.worker().modelMemory().orElseThrow().asLongValue()).isEqualTo(20L << 30);
        assertThat(config.worker().vaeTile()).hasValue(512);
        assertThat(config.worker().device()).isEqualTo("cuda");
        assertThat(config.worker().grace()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void inAPodTheNameIsThePods() {
        var config =
                config(Map.of("huafang.models.directory", "/models", "HOSTNAME", "worker-5f7"));

        assertThat(config.worker().name()).isEqualTo("worker-5f7");
    }

    @Test
    void theModelsFolderMustBeNamed() {
        assertThatThrownBy(() -> config(Map.of()))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("huafang.models.directory");
    }

    static WorkerConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withConverter(
                        Duration.class,
                        200,
                        new io.quarkus.runtime.configuration.DurationConverter())
                .withConverter(
                        MemorySize.class,
                        200,
                        new io.quarkus.runtime.configuration.MemorySizeConverter())
                .withMapping(WorkerConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build()
                .getConfigMapping(WorkerConfig.class);
    }
}
