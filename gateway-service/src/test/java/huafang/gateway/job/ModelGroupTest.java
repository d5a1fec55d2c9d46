package huafang.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Model;
import huafang.contracts.generation.Rng;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.Scheduler;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ModelGroupTest {
    @Test
    void modelsAreSpreadOverTheGroupsByTheirContent() throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        List<String> hashes =
                IntStream.range(0, 400)
                        .mapToObj(i -> digest.digest(new byte[] {(byte) i, (byte) (i >> 8)}))
                        .map(HexFormat.of()::formatHex)
                        .toList();

        for (int group = 0; group < 4; group++) {
            int wanted = group;
            assertThat(hashes.stream().filter(hash -> group("a", hash, 4) == wanted).count())
                    .isBetween(70L, 130L);
        }
        assertThat(hashes).allMatch(hash -> group("a", hash, 1) == 0);
        assertThat(hashes).allMatch(hash -> group("a", hash, 4) == group("b", hash, 4));
    }

    private static int group(String name, String hash, int groups) {
        var image =
                new GenerationParameters(
                        "sea",
                        "",
                        64,
                        64,
                        4,
                        Sampler.EULER,
                        Scheduler.AUTOMATIC,
                        7,
                        1,
                        Rng.NV,
                        new Model(name + ".safetensors", hash));
        return Queue.group(image, groups);
    }
}
