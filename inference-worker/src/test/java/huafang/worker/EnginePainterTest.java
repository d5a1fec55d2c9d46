package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.generation.Model;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the checkpoint in the tree, under several names. */
@Timeout(180)
class EnginePainterTest {
    private static final Path DEMO =
            Path.of("../deploy/models/Stable-diffusion/huafang-demo.safetensors");

    @TempDir Path models;

    @Test
    void imagesOfMoreModelsThanHaveRoomArePaintedAtOnce() throws Exception {
        Path folder = Files.createDirectory(models.resolve("Stable-diffusion"));
        String sha256 =
                HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(Files.readAllBytes(DEMO)));
        List<Model> names = new ArrayList<>();
        for (String name : List.of("one", "two", "three")) {
            names.add(new Model(name + ".safetensors", sha256));
            Files.createSymbolicLink(folder.resolve(name + ".safetensors"), DEMO.toAbsolutePath());
        }
        var settings =
                WorkerConfigTest.config(
                        Map.of(
                                "huafang.models.directory",
                                models.toString(),
                                "huafang.worker.device",
                                "cpu",
                                // Two of them: a model counts as twice its file.
                                "huafang.worker.model-memory",
                                "" + 4 * Files.size(DEMO)));
        var painter = new EnginePainter(settings, null);

        List<Future<byte[]>> painted = new ArrayList<>();
        try (var images = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 9; i++) {
                Model model = names.get(i % 3);
                painted.add(
                        images.submit(() ->
                                painter.paint(
                                                QueueClient.parameters("a red house", model, 7),
                                                (done, of, preview) -> true)
                                        .png()));
            }
        }
        painter.close();

        int[] first = pixels(painted.getFirst().get());
        for (Future<byte[]> each : painted) {
            assertThat(pixels(each.get())).isEqualTo(first);
        }
    }

    private static int[] pixels(byte[] png) throws Exception {
        var image = ImageIO.read(new ByteArrayInputStream(png));
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }
}
