package huafang.downloader;

import static huafang.downloader.DownloadsIT.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import huafang.contracts.catalogue.AddOn;
import huafang.contracts.catalogue.Checkpoint;
import huafang.contracts.generation.Model;
import huafang.engine.checkpoint.DiffusersFolders;
import huafang.engine.network.GoldenWeights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueTest {
    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();

    @TempDir Path models;
    @TempDir Path elsewhere;
    private Path folder;
    private byte[] content;
    private Catalogue catalogue;

    private record Config(Path directory, Duration scanInterval) implements ModelsConfig {}

    @BeforeEach
    void start() throws IOException {
        content = Files.readAllBytes(GoldenWeights.write(elsewhere, "tiny", "128x192"));
        folder = models.resolve("Stable-diffusion");
        catalogue = open(Duration.ofHours(1));
    }

    @AfterEach
    void stop() {
        catalogue.stop();
    }

    private Catalogue open(Duration scanInterval) {
        var opened = new Catalogue(new Config(models, scanInterval), JSON);
        opened.start();
        return opened;
    }

    @Test
    void aFileDroppedThereIsUsableWithoutARestart() throws Exception {
        assertThat(catalogue.list()).isEmpty();
        String file = "风景/tiny model.safetensors";
        Files.createDirectories(folder.resolve("风景"));
        Files.write(folder.resolve(file), content);

        assertThat(soonUsable(file))
                .isEqualTo(
                        new Checkpoint(
                                file,
                                sha256(content),
                                content.length,
                                128,
                                192,
                                null,
                                "Stable Diffusion 1.x",
                                64));
        Files.delete(folder.resolve(file));
        assertThat(catalogue.list()).isEmpty();
    }

    @Test
    void aFileNobodyAskedForIsFoundToo() throws Exception {
        catalogue.stop();
        catalogue = open(Duration.ofMillis(50));
        Files.write(folder.resolve("a.safetensors"), content);

        var hashes = models.resolve(".huafang-sha256.json");
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        Files.exists(hashes) && Files.readString(hashes).contains(sha256(content)));
    }

    @Test
    void aFileThatGrowsIsLookedAtAgain() throws Exception {
        Path file = folder.resolve("a.safetensors");
        int middle = content.length / 2;
        Files.write(file, Arrays.copyOf(content, middle));
        assertThat(soonRefused("a.safetensors").problem()).contains("truncated");
        assertThat(find("a.safetensors").sha256()).isNull();

        var rest = Arrays.copyOfRange(content, middle, content.length);
        Files.write(file, rest, StandardOpenOption.APPEND);

        assertThat(soonUsable("a.safetensors").sha256()).isEqualTo(sha256(content));
    }

    @Test
    void aFileReplacedByAnotherHasAnotherHash() throws Exception {
        Path file = folder.resolve("a.safetensors");
        Files.write(file, content);
        String before = soonUsable("a.safetensors").sha256();
        content[content.length - 1]++;
        Files.write(file, content);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(1)));

        assertThat(soonUsable("a.safetensors").sha256())
                .isNotEqualTo(before)
                .isEqualTo(sha256(content));
    }

    @Test
    void aPickleIsListedWithItsProblem() throws Exception {
        Files.write(folder.resolve("old.ckpt"), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0});

        assertThat(soonRefused("old.ckpt").problem())
                .startsWith("old.ckpt: expected a safetensors file, found a zip archive");
        assertThat(find("old.ckpt").isUsable()).isFalse();
    }

    @Test
    void whatIsNoCheckpointIsNotListed() throws Exception {
        Files.write(folder.resolve("readme.txt"), content);
        Files.write(folder.resolve(".a.safetensors.part"), content);
        Files.write(folder.resolve(".hidden.safetensors"), content);
        Files.createDirectories(folder.resolve("folder.safetensors"));
        Files.createDirectories(folder.resolve(".trash"));
        Files.write(folder.resolve(".trash/a.safetensors"), content);

        assertThat(catalogue.list()).isEmpty();
    }

    @Test
    void aFolderOfDiffusersIsOneCheckpoint() throws Exception {
        Path whole = GoldenWeights.write(elsewhere, "bk", "");
        Path model;
        try (var file = huafang.engine.checkpoint.Checkpoint.open(whole)) {
            model =
                    DiffusersFolders.write(
                            Files.createDirectory(folder.resolve("sub")), "bk", file, 2);
        }
        Files.writeString(model.resolve("model_index.json"), "{}");
        var hashes = new TreeMap<String, String>();
        for (String part :
                List.of(
                        "text_encoder/model.safetensors",
                        "unet/diffusion_pytorch_model-00001-of-00002.safetensors",
                        "unet/diffusion_pytorch_model-00002-of-00002.safetensors",
                        "vae/diffusion_pytorch_model.safetensors")) {
            hashes.put(part, sha256(Files.readAllBytes(model.resolve(part))));
        }

        var listed = soonUsable("sub/bk-diffusers");

        assertThat(listed.sha256()).isEqualTo(Model.sha256OfFolder(hashes));
        assertThat(listed.family()).isEqualTo("Stable Diffusion 1.x");
        assertThat(listed.width()).isEqualTo(512);
        assertThat(listed.bytes()).isGreaterThan(Files.size(whole) * 9 / 10);
        assertThat(catalogue.list()).hasSize(1);
        Files.delete(model.resolve("vae/diffusion_pytorch_model.safetensors"));
        assertThat(soonRefused("sub/bk-diffusers").problem()).contains("in vae, found none");
    }

    @Test
    void linksAreFollowedAndLoopsAreNot() throws Exception {
        Path real = Files.write(elsewhere.resolve("real.safetensors"), content);
        Files.createSymbolicLink(folder.resolve("link.safetensors"), real);
        Files.createSymbolicLink(folder.resolve("loop"), folder);
        Files.createSymbolicLink(folder.resolve("gone.safetensors"), elsewhere.resolve("gone"));

        soonUsable("link.safetensors");
        assertThat(catalogue.list()).hasSize(1);
    }

    @Test
    void aRestartDoesNotReadFilesAgain() throws Exception {
        Path file = folder.resolve("a.safetensors");
        var time = FileTime.from(Instant.parse("2026-11-22T10:11:12.345678Z"));
        Files.write(file, content);
        Files.setLastModifiedTime(file, time);
        String before = soonUsable("a.safetensors").sha256();
        catalogue.stop();
        content[content.length - 1]++;
        Files.write(file, content);
        Files.setLastModifiedTime(file, time);

        catalogue = open(Duration.ofHours(1));

        assertThat(soonUsable("a.safetensors").sha256())
                .as("from the file beside the folder")
                .isEqualTo(before);
    }

    @Test
    void aSpoiledFileOfHashesIsMadeAnew() throws Exception {
        catalogue.stop();
        Files.writeString(models.resolve(".huafang-sha256.json"), "{\"a.safetensors\": 7");
        Files.write(folder.resolve("a.safetensors"), content);

        catalogue = open(Duration.ofHours(1));

        assertThat(soonUsable("a.safetensors").sha256()).isEqualTo(sha256(content));
    }

    @Test
    void addOnsAreListedWithTheHashesThatInfotextsTell() throws Exception {
        byte[] embedding =
                safetensors(
                        "{\"emb\":{\"dtype\":\"F16\",\"shape\":[3,2],\"data_offsets\":[0,12]}}",
                        12);
        byte[] tensors = Arrays.copyOfRange(embedding, embedding.length - 12, embedding.length);
        byte[] lora =
                safetensors(
                        "{\"__metadata__\":{\"ss_output_name\":\"charcoal\"},\"emb\":{\"dtype\":\"F16\",\"shape\":[3,2],\"data_offsets\":[0,12]}}",
                        12);
        write("Lora/styles/ink.safetensors", lora);
        write("embeddings/word.safetensors", embedding);
        write("embeddings/old.pt", new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0});
        write("VAE/tiny.safetensors", content);
        catalogue.stop();
        catalogue = open(Duration.ofHours(1));

        assertThat(soon("styles/ink.safetensors"))
                .isEqualTo(
                        new AddOn(
                                AddOn.Kind.LORA,
                                "styles/ink.safetensors",
                                sha256(tensors),
                                lora.length,
                                0,
                                0,
                                null,
                                "charcoal"));
        assertThat(soon("word.safetensors"))
                .isEqualTo(
                        new AddOn(
                                AddOn.Kind.EMBEDDING,
                                "word.safetensors",
                                sha256(embedding),
                                embedding.length,
                                2,
                                3,
                                null,
                                null));
        assertThat(soon("tiny.safetensors").hash()).isEqualTo(sha256(content));
        assertThat(soon("old.pt").problem()).contains("found a zip archive");
    }

    @Test
    void aCheckpointWithoutADecoderIsNoVae() throws Exception {
        write("VAE/word.safetensors", safetensors("{}", 0));

        assertThat(soon("word.safetensors").problem())
                .isEqualTo("word.safetensors: expected a VAE, found a file without a decoder");
    }

    private void write(String file, byte[] bytes) throws IOException {
        Path path = models.resolve(file);
        Files.createDirectories(path.getParent());
        Files.write(path, bytes);
    }

    private static byte[] safetensors(String header, int bytes) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    private AddOn soon(String file) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () ->
                                catalogue.addOns().stream()
                                        .filter(known -> known.file().equals(file))
                                        .findFirst()
                                        .orElse(null),
                        found -> found != null && (found.isUsable() || found.problem() != null));
    }

    private Checkpoint soonUsable(String file) {
        return await().atMost(Duration.ofSeconds(60))
                .until(() -> find(file), found -> found != null && found.isUsable());
    }

    private Checkpoint soonRefused(String file) {
        return await().atMost(Duration.ofSeconds(60))
                .until(() -> find(file), found -> found != null && found.problem() != null);
    }

    private Checkpoint find(String file) {
        return catalogue.list().stream()
                .filter(known -> known.file().equals(file))
                .findFirst()
                .orElse(null);
    }
}
