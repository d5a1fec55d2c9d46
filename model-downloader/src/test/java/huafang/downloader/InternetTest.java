package huafang.downloader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InternetTest {
    private record Config(
            boolean allowPrivateHosts,
            Optional<Path> certificateAuthorities,
            long spareBytes,
            Duration patience,
            int parallel)
            implements DownloadConfig {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "0.0.0.0",
                "100.64.0.1",
                "192.0.2.1",
                "198.18.0.1",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd12::1",
                "ff02::1",
                "::ffff:10.0.0.1",
                "64:ff9b::a00:1",
                "2002:a00:1::",
                "2001:0:1::",
                "2001:db8::1"
            })
    void addressesOfThisNetworkAreNotPublic(String address) throws Exception {
        assertThat(Internet.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "100.128.0.1",
                "172.32.0.1",
                "193.0.0.1",
                "198.20.0.1",
                "2606:4700::1111",
                "2001:4860:4860::8888",
                "2a00:1450::1",
                "2001:200::1"
            })
    void addressesOfTheInternetArePublic(String address) throws Exception {
        assertThat(Internet.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void aPrivateHostIsNotEvenConnectedTo() {
        var config = new Config(false, Optional.empty(), 0, Duration.ofSeconds(5), 1);
        var internet = new Internet(config);

        assertThatThrownBy(() -> internet.get(URI.create("https://localhost:1/x.safetensors")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is not public");
        internet.close();
    }
}
