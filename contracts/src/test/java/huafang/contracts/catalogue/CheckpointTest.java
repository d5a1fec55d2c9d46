package huafang.contracts.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointTest {
    private static final String FILE = "sub/Demo.v1.safetensors";
    private static final String SHA_256 = "0123456789abcdef".repeat(4);

    @Test
    void answersToEveryNameInAnyCase() {
        var checkpoint =
                new Checkpoint(FILE, SHA_256, 1, 512, 512, null, "Stable Diffusion 1.x", 768);

        assertThat(
                        List.of(
                                FILE,
                                "DEMO.V1",
                                "0123456789",
                                SHA_256,
                                "sub/Demo.v1.safetensors [0123456789]"))
                .allMatch(checkpoint::isCalled);
        assertThat(checkpoint.isCalled("Demo")).isFalse();
    }

    @Test
    void oneWithoutAHashAnswersToItsFile() {
        var checkpoint = new Checkpoint(FILE, null, 1, 0, 0, "Truncated.", null, 0);

        assertThat(List.of(FILE, "demo.v1")).allMatch(checkpoint::isCalled);
        assertThat(checkpoint.isCalled("0123456789")).isFalse();
    }
}
