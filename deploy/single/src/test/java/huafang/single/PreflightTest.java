package huafang.single;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PreflightTest {
    private static final long GIBIBYTE = 1L << 30;

    @Test
    void namesTheTakenPortAndTheWayOut() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = other.getLocalPort();

            assertThatThrownBy(() -> Preflight.port(port))
                    .isInstanceOf(Refusal.class)
                    .hasMessage(
                            "Port %d is taken by another program; choose one with HUAFANG_PORT=%d make run.",
                            port, port + 1);
        }
    }

    @Test
    void aPortTakenOnAllAddressesIsTaken() throws Exception {
        try (var other = new ServerSocket(0)) {
            assertThatThrownBy(() -> Preflight.port(other.getLocalPort()))
                    .isInstanceOf(Refusal.class);
        }
    }

    @Test
    void tellsHowMuchDiskAndMemoryAreMissing() {
        assertThatThrownBy(() -> Preflight.disk(Path.of("/tmp/var"), GIBIBYTE))
                .hasMessage(
                        "Too little disk: /tmp/var has 1.0 GiB free and Huafang needs 2.0 GiB.");
        assertThatThrownBy(() -> Preflight.memory(GIBIBYTE / 2))
                .hasMessage("Too little memory: 0.5 GiB are available and Huafang needs 3.0 GiB.");
        assertThatCode(() -> Preflight.disk(Path.of("/tmp/var"), 3 * GIBIBYTE))
                .doesNotThrowAnyException();
        assertThatCode(() -> Preflight.memory(4 * GIBIBYTE)).doesNotThrowAnyException();
    }

    @Test
    void tellsWhereTheDatabaseRuns() {
        assertThatThrownBy(() -> Preflight.system("Mac OS X", "aarch64"))
                .hasMessageContaining("Linux on x86-64; this is Mac OS X on aarch64");
    }

    @Test
    void theGatewaysPortIsTheWantedOneAndAllDiffer() {
        var ports = Ports.choose("9123");

        assertThat(ports.gateway()).isEqualTo(9123);
        assertThat(
                        new int[] {
                            ports.gateway(),
                            ports.broker(),
                            ports.database(),
                            ports.storage(),
                            ports.downloader(),
                            ports.worker()
                        })
                .doesNotHaveDuplicates();
        assertThat(Ports.choose(null).gateway()).isEqualTo(8080);
        assertThatThrownBy(() -> Ports.choose("http"))
                .hasMessage("HUAFANG_PORT: expected a port from 1 to 65535, found http");
        assertThatThrownBy(() -> Ports.choose("70000")).isInstanceOf(Refusal.class);
    }
}
