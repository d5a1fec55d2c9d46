package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.contracts.generation.Model;
import huafang.engine.checkpoint.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
    private static final String SHA_256_OF_ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir Path models;
    private Path folder;
    private ModelFolder checkpoints;

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Files.createDirectories(models.resolve("Stable-diffusion/sub"));
        checkpoints = new ModelFolder(models.resolve("Stable-diffusion"));
    }

    @Test
    void findsFilesBelowTheFolderAndThroughLinks() throws Exception {
        Path real = Files.writeString(models.resolve("elsewhere"), "abc");
        Files.createSymbolicLink(folder.resolve("link.safetensors"), real);

        var found = checkpoints.find(model("sub/link.safetensors"));

        assertThat(found.path()).isEqualTo(real.toRealPath());
        assertThat(found.bytes()).isEqualTo(3);
    }

    @Test
    void aFileThatIsReplacedIsAnotherVersion() throws Exception {
        Path file = Files.writeString(folder.resolve("a.safetensors"), "abc");
        var before = checkpoints.find(model("sub/a.safetensors"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));

        assertThat(checkpoints.find(model("sub/a.safetensors"))).isNotEqualTo(before);
    }

    @Test
    void aFolderWithAnotherFileInItIsAnotherVersion() throws Exception {
        for (String part : List.of("unet", "vae")) {
            Files.createDirectories(folder.resolve("model/" + part));
            Files.writeString(
                    folder.resolve("model/" + part + "/diffusion_pytorch_model.safetensors"), part);
        }
        Path unet = folder.resolve("model/unet/diffusion_pytorch_model.safetensors");
        var before = checkpoints.find(model("sub/model"));
        Path other = Files.writeString(models.resolve("other"), "tenu");
        Files.setLastModifiedTime(other, FileTime.from(Instant.EPOCH));
        assertThat(before.bytes()).isEqualTo(7);
        assertThat(checkpoints.find(model("sub/model"))).isEqualTo(before);
        Thread.sleep(20); // file systems count time in steps

        Files.move(other, unet, StandardCopyOption.REPLACE_EXISTING);

        assertThat(checkpoints.find(model("sub/model"))).isNotEqualTo(before);
    }

    @Test
    void noPathLeavesTheFolder() throws Exception {
        Files.writeString(models.resolve("secret"), "abc");

        for (String path : new String[] {"../secret", "sub/../../secret", "/etc/passwd"}) {
            assertThatThrownBy(() -> checkpoints.find(model(path)))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(
                            path
                                    + ": expected a file in the folder Stable-diffusion, found a path that leaves it");
        }
    }

    @Test
    void aMissingFileAndAnImpossibleNameAreNamed() {
        for (String name : new String[] {"missing.safetensors", "a\0b"}) {
            assertThatThrownBy(() -> checkpoints.find(model(name)))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith(name + ": ");
        }
    }

    @Test
    void anotherContentThanWasAskedForIsRefused() throws Exception {
        Files.writeString(folder.resolve("a"), "abc");
        var right = new Model("sub/a", SHA_256_OF_ABC);
        var wrong = new Model("sub/a", "ab".repeat(32));

        checkpoints.verify(right, checkpoints.find(right));

        assertThatThrownBy(() -> checkpoints.verify(wrong, checkpoints.find(wrong)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll("sub/a", "abab", SHA_256_OF_ABC);
    }

    private static Model model(String file) {
        return new Model(file, "ab".repeat(32));
    }
}
