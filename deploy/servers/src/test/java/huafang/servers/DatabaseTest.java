package huafang.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DatabaseTest {
    private static final int MEBIBYTE = 1 << 20;

    @Test
    void keepsRowsOverARestartAndTakesANewPassword(@TempDir Path folder) throws Exception {
        var binaries = MariaDbBinaries.inBuildFolder();
        try (var database =
                        Database.in(
                                binaries, folder, folder.resolve("log"), FreePort.any(), "first");
                var connection = connect(database);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE pictures (prompt TEXT)");
            statement.execute("INSERT INTO pictures VALUES ('山上的小屋 🏔')");
        }

        try (var database =
                        Database.in(
                                binaries, folder, folder.resolve("log"), FreePort.any(), "second");
                var connection = connect(database);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT prompt FROM pictures")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("山上的小屋 🏔");
        }
    }

    @Test
    void storesThirtyTwoMebibytesInOneCell() throws Exception {
        try (var database = Database.temporary();
                var connection = connect(database);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE pictures (image LONGTEXT)");
            var image = "a".repeat(32 * MEBIBYTE);
            try (var insert = connection.prepareStatement("INSERT INTO pictures VALUES (?)")) {
                insert.setString(1, image);
                insert.execute();
            }

            try (var rows = statement.executeQuery("SELECT image FROM pictures")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo(image);
            }
        }
    }

    @Test
    void letsNobodyInWithoutThePassword() {
        try (var database = Database.temporary()) {
            for (var user : new String[] {"", "root", Database.USER}) {
                assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), user, ""))
                        .as("user '%s'", user)
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("Access denied");
            }
        }
    }

    @Test
    void keepsItsFilesFromOthersAndLeavesNoPasswordBehind(@TempDir Path parent) throws Exception {
        var folder = parent.resolve("database");
        try (var database =
                Database.in(
                        MariaDbBinaries.inBuildFolder(),
                        folder,
                        parent.resolve("log"),
                        FreePort.any(),
                        "secret")) {
            assertThat(database.process().isAlive()).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                    .isEqualTo("rwx------");
            try (var files = Files.list(folder)) {
                assertThat(files.map(f -> f.getFileName().toString()))
                        .containsExactlyInAnyOrder("data", "scratch");
            }
        }
    }

    @Test
    void aTemporaryOneLeavesNothingBehind() {
        var database = Database.temporary();
        var folder = Path.of(database.process().info().arguments().orElseThrow()[2].split("=")[1]);
        assertThat(folder).exists();

        database.close();

        assertThat(folder.getParent()).doesNotExist();
        assertThat(database.process().isAlive()).isFalse();
    }

    private static Connection connect(Database database) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), Database.USER, database.password());
    }
}
