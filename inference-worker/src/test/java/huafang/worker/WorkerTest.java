package huafang.worker;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.equalTo;

import huafang.contracts.broker.Topic;
import huafang.contracts.generation.AddOns;
import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.Hires;
import huafang.contracts.generation.ImageParameters;
import huafang.contracts.generation.Inpainting;
import huafang.contracts.generation.InputPicture;
import huafang.contracts.generation.Manner;
import huafang.contracts.generation.MaskedContent;
import huafang.contracts.generation.Model;
import huafang.contracts.generation.ResizeMode;
import huafang.contracts.generation.Start;
import huafang.contracts.infotext.Infotext;
import huafang.contracts.infotext.PngText;
import huafang.contracts.job.ImageTask;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.JobEvent.Failed;
import huafang.contracts.job.JobEvent.Finished;
import huafang.engine.checkpoint.Checkpoint;
import huafang.engine.checkpoint.DiffusersFolders;
import huafang.engine.network.GoldenWeights;
import huafang.servers.KafkaBrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import javax.imageio.ImageIO;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole worker: a task in, a picture out, painted by the engine with small random weights. */
@QuarkusTest
@QuarkusTestResource(KafkaBrokerResource.class)
@QuarkusTestResource(ModelsResource.class)
@Timeout(180)
class WorkerTest {
    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @ConfigProperty(name = "huafang.models.directory")
    Path models;

    private Path folder;
    private QueueClient queue;

    @BeforeEach
    void connect() {
        folder = models.resolve("Stable-diffusion");
        queue = new QueueClient(bootstrapServers);
    }

    @AfterEach
    void clean() throws Exception {
        queue.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(folder)) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void aTaskBecomesAPictureThatTellsHowItWasMade() throws Exception {
        var parameters = QueueClient.parameters("一座红房子, sunset", checkpoint("tiny"), 7);

        byte[] png = picture(parameters);

        var image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(64);
        assertThat(image.getHeight()).isEqualTo(64);
        assertThat(PngText.read(png)).containsEntry(Infotext.PNG_KEYWORD, Infotext.of(parameters));
        assertThat(new String(png, StandardCharsets.ISO_8859_1)).contains("iTXtparameters");
    }

    @Test
    void theSameParametersGiveTheSameBytesAndAnotherSeedOthers() throws Exception {
        var model = checkpoint("tiny");

        byte[] first = picture(QueueClient.parameters("a boat", model, 1));
        byte[] again = picture(QueueClient.parameters("a boat", model, 1));
        byte[] other = picture(QueueClient.parameters("a boat", model, 2));

        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void anImageBeginsWithAPicture() throws Exception {
        var text = QueueClient.parameters("a boat", checkpoint("over"), 1);
        var red = queue.input(picture(QueueClient.parameters("red", text.model(), 5)));
        var blue = queue.input(picture(QueueClient.parameters("blue", text.model(), 6)));

        byte[] overRed = picture(text.with(start(red, 0.3)));

        assertThat(picture(text.with(start(red, 0.3)))).isEqualTo(overRed);
        assertThat(picture(text.with(start(blue, 0.3)))).isNotEqualTo(overRed);
        assertThat(picture(text.with(start(red, 0.9)))).isNotEqualTo(overRed);
        assertThat(PngText.read(overRed).get(Infotext.PNG_KEYWORD))
                .contains("Denoising strength: 0.3");
    }

    @Test
    void onlyWhatIsMaskedIsPaintedAnew() throws Exception {
        var text = QueueClient.parameters("a boat", checkpoint("over"), 1);
        byte[] first = picture(QueueClient.parameters("red", text.model(), 5));
        var start =
                new Start(
                        queue.input(first),
                        ResizeMode.JUST_RESIZE,
                        0.9,
                        null,
                        inpainting(maskOf(56, 56, 1), 1));

        var before = ImageIO.read(new ByteArrayInputStream(first));
        var after = ImageIO.read(new ByteArrayInputStream(picture(text.with(start))));

        assertThat(after.getRGB(0, 0)).isEqualTo(before.getRGB(0, 0));
        assertThat(after.getRGB(56, 56)).isNotEqualTo(before.getRGB(56, 56));
    }

    @Test
    void anInpaintingCheckpointSeesAsMuchUnderTheMaskAsItsWeightLeaves() throws Exception {
        var text = QueueClient.parameters("a boat", checkpoint("inpainting"), 1);
        var first = queue.input(picture(QueueClient.parameters("red", checkpoint("over"), 5)));
        var mask = maskOf(16, 16, 32);
        var hidden = new Start(first, ResizeMode.JUST_RESIZE, 0.9, null, inpainting(mask, 1));
        var seen = new Start(first, ResizeMode.JUST_RESIZE, 0.9, null, inpainting(mask, 0));

        byte[] overHidden = picture(text.with(hidden));
        byte[] overSeen = picture(text.with(seen));

        int inside = 32;
        assertThat(ImageIO.read(new ByteArrayInputStream(overSeen)).getRGB(inside, inside))
                .isNotEqualTo(
                        ImageIO.read(new ByteArrayInputStream(overHidden)).getRGB(inside, inside));
        assertThat(PngText.read(overSeen).get(Infotext.PNG_KEYWORD))
                .contains("Conditional mask weight: 0, ");
    }

    /** White in a square of so many pixels, black elsewhere. */
    private InputPicture maskOf(int x, int y, int side) throws Exception {
        var mask = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < side * side; i++) {
            mask.setRGB(x + i % side, y + i / side, 0xFFFFFF);
        }
        var file = new ByteArrayOutputStream();
        ImageIO.write(mask, "png", file);
        return queue.input(file.toByteArray());
    }

    private static Inpainting inpainting(InputPicture mask, double weight) {
        return new Inpainting(mask, false, 0, 0, true, MaskedContent.ORIGINAL, false, 0, weight);
    }

    @Test
    void aSecondPassMakesAPictureLarger() throws Exception {
        var text = QueueClient.parameters("a boat", checkpoint("over"), 1);
        var latent = new Hires(1.5, 0, 0, "Latent", null, 0.5, 2, "", "", null, null, null);
        var pixels = new Hires(0, 96, 128, "Lanczos", null, 0.5, 2, "", "", null, null, null);

        var larger = ImageIO.read(new ByteArrayInputStream(picture(text.with(latent))));
        byte[] shaped = picture(text.with(pixels));

        assertThat(larger.getWidth()).isEqualTo(96);
        assertThat(ImageIO.read(new ByteArrayInputStream(shaped)).getHeight()).isEqualTo(128);
        assertThat(PngText.read(shaped).get(Infotext.PNG_KEYWORD))
                .contains("Denoising strength: 0.5")
                .contains("Hires resize: 96x128, Hires steps: 2, Hires upscaler: Lanczos");
    }

    @Test
    void aPictureIsMadeLargerWithoutACheckpoint() throws Exception {
        byte[] small = picture(QueueClient.parameters("a boat", checkpoint("tiny"), 1));
        var picture = queue.input(small);
        var nearest = new Enlargement.Upscaler("Nearest", null);
        var lanczos = new Enlargement.Upscaler("Lanczos", null);
        var whole = new Enlargement(picture, 2, 128, 128, nearest, null, 0, "a boat\nSteps: 4");
        var middle = new Enlargement(picture, 2, 128, 64, nearest, lanczos, 0.5, null);

        byte[] png = picture(whole);
        var before = ImageIO.read(new ByteArrayInputStream(small));
        var large = ImageIO.read(new ByteArrayInputStream(png));
        var cut = ImageIO.read(new ByteArrayInputStream(picture(middle)));

        assertThat(large.getWidth()).isEqualTo(128);
        assertThat(large.getHeight()).isEqualTo(128);
        assertThat(large.getRGB(41, 77)).isEqualTo(before.getRGB(20, 38));
        assertThat(PngText.read(png))
                .containsEntry(
                        Infotext.PNG_KEYWORD,
                        "a boat\nSteps: 4, Postprocess upscale by: 2, Postprocess upscaler: Nearest");
        assertThat(cut.getHeight()).isEqualTo(64);
        var blend = picture(new Enlargement(picture, 2, 128, 64, lanczos, nearest, 0.5, null));
        assertThat(blue(cut, 64, 32))
                .as("half of each, whichever comes first")
                .isCloseTo(blue(ImageIO.read(new ByteArrayInputStream(blend)), 64, 32), within(1))
                .isNotEqualTo(blue(large, 64, 64));
    }

    private static int blue(BufferedImage picture, int x, int y) {
        return picture.getRGB(x, y) & 0xff;
    }

    @Test
    void anUpscalersFileEnlargesAndTellsOfItsTiles() throws Exception {
        Files.createDirectories(models.resolve("ESRGAN"));
        Path file = models.resolve("ESRGAN/sharp.safetensors");
        Files.move(
                GoldenWeights.write(Files.createTempDirectory("esrgan"), "esrgan-x2", "64x64"),
                file,
                StandardCopyOption.REPLACE_EXISTING);
        var picture = queue.input(picture(QueueClient.parameters("a boat", checkpoint("tiny"), 1)));
        var sharp = new Enlargement.Upscaler("sharp", new Model("sharp.safetensors", sha256(file)));
        var task =
                QueueClient.task(new Enlargement(picture, 2, 128, 128, sharp, null, 0, null), true);
        queue.enqueue(task);

        var events = queue.events(task.key().jobId());

        assertThat(events.getLast()).isInstanceOf(Finished.class);
        assertThat(queue.step(task.key().jobId(), image -> true).step()).isPositive();
        var other =
                new Enlargement.Upscaler("sharp", new Model("sharp.safetensors", "ab".repeat(32)));
        assertThat(reason(new Enlargement(picture, 2, 128, 128, other, null, 0, null)))
                .startsWith("sharp.safetensors: ")
                .contains("sha256");
    }

    @Test
    void aSecondPassIsPaintedByACheckpointOfItsOwn() throws Exception {
        var text = QueueClient.parameters("a boat", checkpoint("over"), 1);
        var hires = new Hires(1.5, 0, 0, "Latent", null, 0.5, 2, "", "", null, null, null);
        byte[] byOne = picture(text.with(hires));

        byte[] byTwo = picture(text.with(hires.with(null, checkpoint("tiny"))));

        assertThat(pixels(byTwo)).isNotEqualTo(pixels(byOne));
        assertThat(PngText.read(byTwo).get(Infotext.PNG_KEYWORD))
                .contains("Model: over", "Hires upscale: 1.5, Hires checkpoint: tiny [");
        assertThat(picture(text.with(hires))).isEqualTo(byOne);
        assertThat(
                        reason(
                                text.with(
                                        hires.with(
                                                null,
                                                new Model("tiny.safetensors", "ab".repeat(32))))))
                .startsWith("tiny.safetensors: ")
                .contains("sha256");
    }

    @Test
    void aRefinerTakesOverAndTilingWrapsAround() throws Exception {
        var text = QueueClient.parameters("a boat", checkpoint("over"), 1);
        var refined = text.with(new Manner(false, checkpoint("tiny"), 0.5));
        byte[] plain = picture(text);

        byte[] painted = picture(refined);

        assertThat(pixels(painted)).isNotEqualTo(pixels(plain));
        assertThat(PngText.read(painted).get(Infotext.PNG_KEYWORD))
                .contains("Refiner: tiny [")
                .contains("Refiner switch at: 0.5");
        assertThat(picture(text.with(new Manner(true, null, 0)))).isNotEqualTo(plain);
        assertThat(picture(text)).isEqualTo(plain);
    }

    /** The last of four steps begins after three quarters of them, but at the lowest level. */
    @Test
    void aRefinerTakesOverByNoiseLevelsOrBySteps() throws Exception {
        var text = QueueClient.parameters("a boat", checkpoint("over"), 1);
        Model refiner = checkpoint("tiny");
        int[] plain = pixels(picture(text));

        int[] byLevels = pixels(picture(text.with(new Manner(false, refiner, 0.8))));
        byte[] bySteps = picture(text.with(new Manner(false, refiner, 0.8, true)));

        assertThat(byLevels).isNotEqualTo(plain);
        assertThat(pixels(bySteps)).isEqualTo(plain);
        assertThat(PngText.read(bySteps).get(Infotext.PNG_KEYWORD))
                .contains("Refiner switch by sampling steps: True, Refiner: tiny [");
    }

    @Test
    void aPictureThatIsGoneFailsItsImageWithThatReason() throws Exception {
        var text = QueueClient.parameters("a boat", checkpoint("tiny"), 1);
        var other = queue.input(new byte[] {1, 2, 3});
        var gone =
                new InputPicture(
                        other.partition(), other.offset(), 3, "cd".repeat(32), "ab".repeat(16));

        assertThat(reason(text.with(start(gone, 0.5))))
                .isEqualTo(
                        "The picture that this image was to begin with is no longer kept: send it again.");
    }

    private static Start start(InputPicture picture, double strength) {
        return new Start(picture, ResizeMode.JUST_RESIZE, strength, null, null);
    }

    @Test
    void whoAsksForPreviewsSeesHowAPictureComesAlong() throws Exception {
        var text = QueueClient.parameters("a boat", checkpoint("over"), 1);
        var plain = QueueClient.task(text, true);
        var shown =
                new ImageTask(
                        plain.key(), plain.owner(), text, true, 0, plain.acceptedAt(), true, null);
        queue.enqueue(shown);

        String shownPreview =
                queue.step(shown.key().jobId(), image -> image.preview() != null).preview();
        var preview =
                ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(shownPreview)));
        assertThat(preview.getWidth()).as("a pixel for each latent").isEqualTo(8);
    }

    @Test
    void aVaeOfItsOwnPaintsOtherColours() throws Exception {
        var text = QueueClient.parameters("a boat", checkpoint("tiny"), 1);
        Files.createDirectories(models.resolve("VAE"));
        Path vae = models.resolve("VAE/other.safetensors");
        Files.move(
                GoldenWeights.write(
                        Files.createTempDirectory("vae"), "tiny", "64x64", WorkerTest::vaeAlone),
                vae,
                StandardCopyOption.REPLACE_EXISTING);
        var own = new AddOns(new Model("other.safetensors", sha256(vae)), null, null);

        assertThat(picture(text.with(own))).isNotEqualTo(picture(text));
        assertThat(
                        reason(
                                text.with(
                                        new AddOns(
                                                new Model("no.safetensors", "ab".repeat(32)),
                                                null,
                                                null))))
                .startsWith("no.safetensors: expected a file in the worker's folder VAE");
    }

    @Test
    void aLoraThatIsNotTheOneThatWasAskedForIsNotUsed() throws Exception {
        Files.createDirectories(models.resolve("Lora"));
        Files.writeString(models.resolve("Lora/ink.safetensors"), "another");
        var text = QueueClient.parameters("a boat <lora:ink:1>", checkpoint("tiny"), 1);

        assertThat(reason(text.with(new AddOns(null, Map.of("ink", "ab".repeat(32)), null))))
                .startsWith("LoRA \"ink\": expected the content with sha256 abab");
    }

    @Test
    void aCheckpointThatIsReplacedIsLoadedAgain() throws Exception {
        byte[] before = picture(QueueClient.parameters("a boat", checkpoint("tiny"), 1));
        Files.move(
                GoldenWeights.write(
                        Files.createTempDirectory("deep"),
                        "deep",
                        "64x64",
                        WorkerTest::wholeVocabulary),
                folder.resolve("tiny.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);

        byte[] after = picture(QueueClient.parameters("a boat", model("tiny.safetensors"), 1));

        assertThat(after).isNotEqualTo(before);
    }

    @Test
    void aFolderOfDiffusersPaintsAsTheFileDoesThatItWasMadeOf() throws Exception {
        Model file = checkpoint("bk");
        try (var whole = Checkpoint.open(folder.resolve(file.file()))) {
            DiffusersFolders.write(folder, "bk", whole, 2);
        }
        String name = "bk-diffusers";
        var split = new Model(name, ModelFolder.sha256(name, folder.resolve(name)));

        byte[] ofFile = picture(QueueClient.parameters("a boat", file, 1));
        byte[] ofFolder = picture(QueueClient.parameters("a boat", split, 1));

        assertThat(pixels(ofFolder)).isEqualTo(pixels(ofFile));
        assertThat(PngText.read(ofFolder).get(Infotext.PNG_KEYWORD))
                .contains("Model hash: " + split.hash() + ", Model: bk-diffusers, ");
        assertThat(reason(new Model(name, "ab".repeat(32))))
                .startsWith("bk-diffusers: ")
                .contains("sha256");
        Files.delete(folder.resolve(name).resolve("vae/diffusion_pytorch_model.safetensors"));
        assertThat(reason(split)).startsWith("bk-diffusers: expected").contains("in vae");
    }

    private static int[] pixels(byte[] png) throws Exception {
        var image = ImageIO.read(new ByteArrayInputStream(png));
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    @Test
    void whatIsNoCheckpointFailsWithASentenceAndTheNextImageIsPainted() throws Exception {
        byte[] whole = Files.readAllBytes(folder.resolve(checkpoint("tiny").file()));
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        byte[] pickle = {(byte) 0x80, 2, '}', 'q', 0, '.', 0, 0, 0, 0};
        var header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
        byte[] unknown = new byte[8 + header.length() + 4];
        unknown[0] = (byte) header.length();
        System.arraycopy(header.getBytes(StandardCharsets.UTF_8), 0, unknown, 8, header.length());
        Files.write(folder.resolve("half.safetensors"), half);
        Files.write(folder.resolve("pickle.safetensors"), pickle);
        Files.write(folder.resolve("unknown.safetensors"), unknown);

        assertThat(reason(model("half.safetensors"))).startsWith("half.safetensors is truncated");
        assertThat(reason(model("pickle.safetensors")))
                .startsWith("pickle.safetensors: ")
                .containsIgnoringCase("pickle");
        assertThat(reason(model("unknown.safetensors")))
                .startsWith("unknown.safetensors: ")
                .contains("Stable Diffusion 1.x");
        assertThat(reason(new Model("missing.safetensors", "ab".repeat(32))))
                .startsWith("missing.safetensors: ");
        assertThat(reason(new Model("tiny.safetensors", "ab".repeat(32))))
                .startsWith("tiny.safetensors: ")
                .contains("sha256");
        assertThat(picture(QueueClient.parameters("a boat", model("tiny.safetensors"), 1)))
                .isNotEmpty();
    }

    @Test
    void weightsThatAreNoNumbersFailTheImageAndNotTheWorker() throws Exception {
        Path file = folder.resolve(checkpoint("tiny").file());
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0xff); // NaN in every format
        Files.write(folder.resolve("nan.safetensors"), bytes);

        assertThat(reason(model("nan.safetensors"))).contains("nan.safetensors", "not finite");
        assertThat(picture(QueueClient.parameters("a boat", model("tiny.safetensors"), 1)))
                .isNotEmpty();
    }

    @Test
    void theProbesAnswer() {
        get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
        get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
        get("/q/health/started").then().statusCode(200).body("status", equalTo("UP"));
    }

    private byte[] picture(ImageParameters parameters) throws Exception {
        var task = QueueClient.task(parameters, true);
        queue.enqueue(task);
        assertThat(queue.events(task.key().jobId()).getLast()).isInstanceOf(Finished.class);
        return queue.record(Topic.IMAGES, task.key().toString()).value();
    }

    private String reason(Model model) throws Exception {
        return reason(QueueClient.parameters("a boat", model, 1));
    }

    private String reason(ImageParameters parameters) throws Exception {
        var task = QueueClient.task(parameters, true);
        queue.enqueue(task);
        JobEvent last = queue.events(task.key().jobId()).getLast();
        assertThat(last).isInstanceOf(Failed.class);
        return ((Failed) last).reason();
    }

    private Model checkpoint(String name) throws Exception {
        // Weights are made of their names: "tiny" would otherwise paint as "over" does.
        GoldenWeights.write(
                folder,
                name,
                "64x64",
                WorkerTest::wholeVocabulary,
                weight ->
                        name.equals("tiny") && weight.endsWith("diffusion_model.out.2.bias")
                                ? 0.5
                                : 0);
        return model(name + ".safetensors");
    }

    private static String vaeAlone(String tensor) {
        return tensor.contains(" first_stage_model.")
                ? tensor.replace(" first_stage_model.", " ")
                : "";
    }

    private static String wholeVocabulary(String tensor) {
        return tensor.replaceFirst("(token_embedding.weight) \\d+", "$1 49408");
    }

    private Model model(String file) throws Exception {
        return new Model(file, sha256(folder.resolve(file)));
    }

    private static String sha256(Path file) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    }
}
