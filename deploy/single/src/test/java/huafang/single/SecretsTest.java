package huafang.single;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    @TempDir Path folder;

    @Test
    void makesAPasswordOnceAndKeepsIt() {
        var made = new Secrets(folder).get("admin", 16);

        assertThat(made).matches("[A-Za-z0-9]{16}");
        assertThat(new Secrets(folder).get("admin", 16)).isEqualTo(made);
        assertThat(new Secrets(folder).get("service", 16)).isNotEqualTo(made);
    }

    @Test
    void keepsTheOneThatWasGiven() {
        new Secrets(folder).put("admin", "correct horse");

        assertThat(new Secrets(folder).get("admin", 16)).isEqualTo("correct horse");
    }

    @Test
    void onlyTheOwnerReadsThem() throws Exception {
        var secrets = new Secrets(folder.resolve("secrets"));
        secrets.get("admin", 16);
        Files.setPosixFilePermissions(
                secrets.file("admin"), PosixFilePermissions.fromString("rw-r--r--"));

        secrets.get("admin", 16);
        secrets.put("given", "x");

        assertThat(mode(folder.resolve("secrets"))).isEqualTo("rwx------");
        assertThat(mode(secrets.file("admin"))).isEqualTo("rw-------");
        assertThat(mode(secrets.file("given"))).isEqualTo("rw-------");
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
