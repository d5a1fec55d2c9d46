package huafang.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.gateway.job.JobSettings;
import huafang.gateway.ledger.ServiceSettings;
import huafang.gateway.ledger.StorageSettings;
import huafang.gateway.model.DownloaderSettings;
import huafang.gateway.picture.PictureSettings;
import huafang.gateway.session.AdminSettings;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @Test
    void theDefaultsAreThese() {
        JobSettings jobs = read(JobSettings.class, Map.of());
        assertThat(jobs.acknowledgeWithin()).isEqualTo(Duration.ofSeconds(13));
        assertThat(jobs.replay()).isEqualTo(Duration.ofMinutes(10));
        assertThat(jobs.catchUpWithin()).isEqualTo(Duration.ofSeconds(30));
        assertThat(jobs.keepEnded()).isEqualTo(Duration.ofMinutes(10));
        assertThat(jobs.mostLive()).isEqualTo(10_000);
        assertThat(jobs.heartbeat()).isEqualTo(Duration.ofSeconds(15));
        DownloaderSettings downloader =
                read(DownloaderSettings.class, Map.of("huafang.downloader.url", "http://d"));
        assertThat(downloader.listFreshFor()).isEqualTo(Duration.ofSeconds(5));
        PictureSettings pictures = read(PictureSettings.class, Map.of());
        assertThat(pictures.readers()).isEqualTo(4);
        assertThat(pictures.patience()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void theKeysAreThese() {
        JobSettings jobs =
                read(
                        JobSettings.class,
                        Map.of(
                                "huafang.jobs.acknowledge-within", "1s",
                                "huafang.jobs.replay", "2s",
                                "huafang.jobs.catch-up-within", "6s",
                                "huafang.jobs.keep-ended", "3s",
                                "huafang.jobs.most-live", "4",
                                "huafang.jobs.heartbeat", "5s"));
        assertThat(jobs.acknowledgeWithin()).isEqualTo(Duration.ofSeconds(1));
        assertThat(jobs.replay()).isEqualTo(Duration.ofSeconds(2));
        assertThat(jobs.catchUpWithin()).isEqualTo(Duration.ofSeconds(6));
        assertThat(jobs.keepEnded()).isEqualTo(Duration.ofSeconds(3));
        assertThat(jobs.mostLive()).isEqualTo(4);
        assertThat(jobs.heartbeat()).isEqualTo(Duration.ofSeconds(5));
        PictureSettings pictures =
                read(
                        PictureSettings.class,
                        Map.of("huafang.pictures.readers", "1", "huafang.pictures.patience", "2s"));
        assertThat(pictures.readers()).isEqualTo(1);
        assertThat(pictures.patience()).isEqualTo(Duration.ofSeconds(2));
        DownloaderSettings downloader =
                read(
                        DownloaderSettings.class,
                        Map.of(
                                "huafang.downloader.url", "http://downloader",
                                "huafang.downloader.list-fresh-for", "1s"));
        assertThat(downloader.url()).hasHost("downloader");
        assertThat(downloader.listFreshFor()).isEqualTo(Duration.ofSeconds(1));
        assertThat(read(StorageSettings.class, Map.of("huafang.storage.url", "http://s")).url())
                .hasHost("s");
        assertThat(read(AdminSettings.class, Map.of("huafang.admin.password", "p")).password())
                .isEqualTo("p");
        assertThat(read(ServiceSettings.class, Map.of("huafang.service.password", "p")).password())
                .isEqualTo("p");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                AdminSettings.class,
                ServiceSettings.class,
                StorageSettings.class,
                DownloaderSettings.class
            })
    void whatOnlyTheDeploymentKnowsHasNoDefault(Class<?> settings) {
        assertThatThrownBy(() -> read(settings, Map.of()))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("is required");
    }

    private static <T> T read(Class<T> settings, Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(settings)
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .build()
                .getConfigMapping(settings);
    }
}
