package huafang.single;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoModelTest {
    @TempDir Path folder;

    @Test
    void bringsWhatIsMissingAndLeavesTheUsersFilesAlone() throws Exception {
        var demo = Files.createDirectories(folder.resolve("demo/Stable-diffusion"));
        Files.writeString(demo.resolve("landscapes.safetensors"), "from the clone");
        Files.writeString(demo.resolve("other.safetensors"), "from the clone");
        var models = Files.createDirectories(folder.resolve("models/Stable-diffusion"));
        Files.writeString(models.resolve("other.safetensors"), "the user's");

        DemoModel.place(folder.resolve("demo"), folder.resolve("models"));

        assertThat(models.resolve("landscapes.safetensors")).hasContent("from the clone");
        assertThat(models.resolve("other.safetensors")).hasContent("the user's");
        try (var files = Files.list(models)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void makesTheFolderWhereUsersPutTheirs() throws Exception {
        DemoModel.place(folder.resolve("absent"), folder.resolve("models"));

        assertThat(folder.resolve("models/Stable-diffusion")).isEmptyDirectory();
    }
}
