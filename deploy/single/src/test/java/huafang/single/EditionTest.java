package huafang.single;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.servers.MariaDbBinaries;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EditionTest {
    private static final Ports PORTS = new Ports(8080, 1001, 1002, 1003, 1004, 1005);

    @TempDir Path folder;

    @Test
    void theGatewayFindsTheOthersAndItsPassword() {
        var gateway = program("gateway-service");

        assertThat(gateway.environment())
                .containsEntry("QUARKUS_HTTP_HOST", "127.0.0.1")
                .containsEntry("QUARKUS_HTTP_PORT", "8080")
                .containsEntry("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1001")
                .containsEntry("HUAFANG_STORAGE_URL", "http://127.0.0.1:1003")
                .containsEntry("HUAFANG_DOWNLOADER_URL", "http://127.0.0.1:1004")
                .containsEntry("HUAFANG_ADMIN_PASSWORD", "swordfish \\${x}");
        assertThat(gateway.environment().get("QUARKUS_HTTP_AUTH_SESSION_ENCRYPTION_KEY"))
                .hasSize(32);
    }

    @Test
    void onlyStorageKnowsTheDatabase() {
        assertThat(program("storage-service").environment())
                .containsEntry(
                        "QUARKUS_DATASOURCE_REACTIVE_URL",
                        "mysql://127.0.0.1:1002/stable_diffusion")
                .containsEntry("QUARKUS_DATASOURCE_USERNAME", "huafang")
                .containsKey("QUARKUS_DATASOURCE_PASSWORD");
        assertThat(
                        Stream.of("gateway-service", "inference-worker", "model-downloader")
                                .map(this::program))
                .allSatisfy(p ->
                        assertThat(p.environment().keySet())
                                .noneMatch(k -> k.contains("DATASOURCE")));
    }

    @Test
    void noPasswordStandsOnACommandLine() {
        var edition = edition();
        var secrets =
                List.of(
                        "swordfish",
                        edition.databasePassword(),
                        edition.secrets().get("service", 32));

        for (var part : edition.parts(MariaDbBinaries.inBuildFolder())) {
            if (part instanceof Part.Program program) {
                assertThat(String.join(" ", program.command())).doesNotContain(secrets);
            }
        }
    }

    @Test
    void serversStandBeforeWhatNeedsThem() {
        assertThat(edition().parts(MariaDbBinaries.inBuildFolder()).stream().map(Part::name))
                .containsExactly(
                        "broker",
                        "database",
                        "storage-service",
                        "model-downloader",
                        "inference-worker",
                        "gateway-service");
    }

    @Test
    void lorasHaveMoreRoomThanTheWorkersHeap() {
        assertThat(program("inference-worker").command())
                .contains("-Xmx512m", "-XX:MaxDirectMemorySize=4g");
    }

    private Part.Program program(String name) {
        return edition().parts(MariaDbBinaries.inBuildFolder()).stream()
                .filter(part -> part.name().equals(name))
                .map(Part.Program.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private Edition edition() {
        var layout = Layout.of(folder, null);
        return new Edition(layout, PORTS, new Secrets(layout.secrets()), "swordfish ${x}");
    }
}
