package huafang.worker;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.contracts.generation.AddOns;
import huafang.engine.checkpoint.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddOnFilesTest {
    private static final String SHA_256_OF_ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir Path folder;
    private Path lora;
    private Path embedding;
    private AddOnFiles files;

    @BeforeEach
    void write() throws Exception {
        lora = Files.createDirectories(folder.resolve("Lora/sub")).resolve("ink.safetensors");
        embedding = Files.createDirectories(folder.resolve("words")).resolve("hands.safetensors");
        Files.writeString(lora, "abc");
        Files.writeString(embedding, "abc");
        files =
                new AddOnFiles(
                        new huafang.engine.adapter.AddOns(
                                List.of(),
                                Optional.of(folder.resolve("Lora")),
                                List.of(),
                                Optional.of(folder.resolve("words"))));
    }

    @Test
    void whatWasAskedForMayBeUsed() {
        assertThatCode(() -> files.verify(lora(SHA_256_OF_ABC))).doesNotThrowAnyException();
        assertThatCode(() -> files.verify(embedding("hands", SHA_256_OF_ABC)))
                .doesNotThrowAnyException();
        assertThatCode(() -> files.verify(AddOns.NONE)).doesNotThrowAnyException();
    }

    @Test
    void aFileThatWasReplacedIsRefusedByItsName() throws Exception {
        files.verify(lora(SHA_256_OF_ABC));
        Files.writeString(lora, "another");
        Files.writeString(embedding, "another");

        assertThatThrownBy(() -> files.verify(lora(SHA_256_OF_ABC)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(
                        "LoRA \"ink\": expected the content with sha256 " + SHA_256_OF_ABC);
        assertThatThrownBy(() -> files.verify(embedding("hands", SHA_256_OF_ABC)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("embedding \"hands\": expected the content with sha256 ");
    }

    @Test
    void aFileThatIsGoneIsNamed() throws Exception {
        Files.delete(lora);

        assertThatThrownBy(() -> files.verify(lora(SHA_256_OF_ABC)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("LoRA \"ink\"");
        assertThatThrownBy(() -> files.verify(embedding("feet", SHA_256_OF_ABC)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("embedding \"feet\"");
    }

    private static AddOns lora(String hash) {
        return new AddOns(null, Map.of("ink", hash), null);
    }

    private static AddOns embedding(String name, String hash) {
        return new AddOns(null, null, Map.of(name, hash));
    }
}
