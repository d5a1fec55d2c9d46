package huafang.downloader;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigTest {
    @Test
    void everyKeyHasItsDefault() {
        var models = read(ModelsConfig.class, Map.of("huafang.models.directory", "/models"));
        var downloads = read(DownloadConfig.class, Map.of());

        assertThat(models.directory()).isEqualTo(Path.of("/models"));
        assertThat(models.scanInterval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(downloads.allowPrivateHosts()).isFalse();
        assertThat(downloads.certificateAuthorities()).isEmpty();
        assertThat(downloads.spareBytes()).isEqualTo(512 << 20);
        assertThat(downloads.patience()).isEqualTo(Duration.ofMinutes(1));
        assertThat(downloads.parallel()).isEqualTo(2);
    }

    @Test
    void everyKeyCanBeSet() {
        var models =
                read(
                        ModelsConfig.class,
                        Map.of(
                                "huafang.models.directory", "/m",
                                "huafang.models.scan-interval", "5s"));
        var downloads =
                read(
                        DownloadConfig.class,
                        Map.of(
                                "huafang.downloader.allow-private-hosts", "true",
                                "huafang.downloader.certificate-authorities", "/ca.pem",
                                "huafang.downloader.spare-bytes", "1",
                                "huafang.downloader.patience", "2s",
                                "huafang.downloader.parallel", "3"));

        assertThat(models.scanInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(downloads.allowPrivateHosts()).isTrue();
        assertThat(downloads.certificateAuthorities()).contains(Path.of("/ca.pem"));
        assertThat(downloads.spareBytes()).isEqualTo(1);
        assertThat(downloads.patience()).isEqualTo(Duration.ofSeconds(2));
        assertThat(downloads.parallel()).isEqualTo(3);
    }

    private static <T> T read(Class<T> type, Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(type)
                .withDefaultValues(values)
                .build()
                .getConfigMapping(type);
    }
}
