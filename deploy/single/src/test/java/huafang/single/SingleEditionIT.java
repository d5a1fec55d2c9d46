package huafang.single;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import huafang.servers.Folders;
import huafang.servers.FreePort;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** The whole product: prompt in, picture out, row in the database. */
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SingleEditionIT {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PORT = FreePort.any();

    private static Path var;
    private static Trial trial;

    @BeforeAll
    static void start() throws Exception {
        var = Files.createTempDirectory("huafang-edition-");
        trial = Trial.start(ROOT, var, PORT);
    }

    @AfterAll
    static void end() {
        if (trial != null) {
            trial.close();
        }
        Folders.delete(var);
    }

    /** The client at the end of WIRE-CONTRACTS: it knows AUTOMATIC1111's contract and no other. */
    @Test
    @Order(1)
    void anExistingClientGetsAPictureAndItsParameters() throws Exception {
        var answer =
                json(trial.post("/sdapi/v1/txt2img", "{\"prompt\":\"puppy dog\",\"steps\":5}"));
        var image = answer.get("images").get(0).textValue().split(",", 2)[0];
        var png = Base64.getDecoder().decode(image);
        assertThat(ImageIO.read(new ByteArrayInputStream(png))).isNotNull();

        var asked = "{\"image\":\"data:image/png;base64,%s\"}".formatted(image);
        var info = json(trial.post("/sdapi/v1/png-info", asked)).get("info").textValue();

        assertThat(info).startsWith("puppy dog\nSteps: 5, Sampler: ");
    }

    @Test
    @Order(2)
    void aSavedPictureIsARowWithinTwoSeconds() throws Exception {
        var request =
                """
                {"prompt": "山上的小屋, \\"winter\\"", "negative_prompt": "boat", "steps": 4, "seed": 42,
                 "sampler_name": "Euler a", "cfg_scale": 5, "save_images": true}\
                """;
        var answer = json(trial.post("/sdapi/v1/txt2img", request));
        var png = answer.get("images").get(0).textValue();
        var info = JSON.readTree(answer.get("info").textValue());

        var row = awaitRows("prompt = '山上的小屋, \"winter\"'", 1, 2).getFirst();

        assertThat(row.prompt()).isEqualTo("山上的小屋, \"winter\"");
        assertThat(row.steps()).isEqualTo("4");
        assertThat(row.seed()).isEqualTo("42");
        assertThat(row.sampler()).isEqualTo("Euler a");
        assertThat(row.cfgScale()).isEqualTo("5");
        assertThat(row.size())
                .isEqualTo(info.get("width").asInt() + "x" + info.get("height").asInt());
        assertThat(row.modelHash()).isEqualTo(info.get("sd_model_hash").textValue());
        assertThat(row.model()).isEqualTo(info.get("sd_model_name").textValue());
        assertThat(row.image()).isEqualTo(png);
    }

    @Test
    @Order(3)
    void theSameSeedPaintsTheSameBytes() throws Exception {
        var request = "{\"prompt\":\"a boat\",\"steps\":4,\"seed\":7}";
        var other = "{\"prompt\":\"a boat\",\"steps\":4,\"seed\":8}";

        var first = json(trial.post("/sdapi/v1/txt2img", request)).get("images").get(0);
        var second = json(trial.post("/sdapi/v1/txt2img", request)).get("images").get(0);
        var third = json(trial.post("/sdapi/v1/txt2img", other)).get("images").get(0);

        assertThat(second).isEqualTo(first);
        assertThat(third).isNotEqualTo(first);
    }

    @Test
    @Order(4)
    void whatIsMaskedIsPaintedAnewOverAGivenPicture() throws Exception {
        var text = "{\"prompt\":\"a boat\",\"steps\":4,\"seed\":7,\"width\":64,\"height\":64}";
        var given = json(trial.post("/sdapi/v1/txt2img", text)).get("images").get(0).textValue();
        var mask = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 32 * 64; i++) {
            mask.setRGB(32 + i % 32, i / 32, 0xFFFFFF);
        }
        var file = new ByteArrayOutputStream();
        ImageIO.write(mask, "png", file);
        var request =
                """
                {"prompt": "a red house", "steps": 8, "seed": 9, "width": 64, "height": 64, "denoising_strength": 0.9,
                 "init_images": ["data:image/png;base64,%s"], "mask": "%s", "mask_blur": 0,
                 "inpainting_fill": 1, "inpaint_full_res": false}\
                """
                        .formatted(given, Base64.getEncoder().encodeToString(file.toByteArray()));

        var answer = json(trial.post("/sdapi/v1/img2img", request));

        var before = picture(given);
        var after = picture(answer.get("images").get(0).textValue());
        assertThat(after.getRGB(4, 4)).isEqualTo(before.getRGB(4, 4));
        assertThat(pixels(after, 40)).isNotEqualTo(pixels(before, 40));
        assertThat(answer.get("info").textValue()).contains("Denoising strength: 0.9");
    }

    private static BufferedImage picture(String base64) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
    }

    private static int[] pixels(BufferedImage image, int left) {
        return image.getRGB(left, 0, 16, image.getHeight(), null, 0, 16);
    }

    @Test
    @Order(5)
    void aWorkerKilledInTheMiddleLosesNothingAndStoresNothingTwice() throws Exception {
        var request =
                "{\"prompt\":\"a killed worker\",\"steps\":30,\"count\":4,\"seed\":100,\"save\":true}";
        var path = trial.submit(request);
        awaitState(path, "STARTED", 60);

        trial.part("inference-worker").destroyForcibly();

        awaitState(path, "FINISHED", 180);
        var rows = awaitRows("prompt = 'a killed worker'", 4, 5);
        Set<String> seeds = new TreeSet<>();
        rows.forEach(row -> seeds.add(row.seed()));
        assertThat(seeds).containsExactly("100", "101", "102", "103");
        SECONDS.sleep(3); // a second copy would come now
        assertThat(rows("prompt = 'a killed worker'")).hasSize(4);
    }

    @Test
    @Order(5)
    void aCancelledJobEndsAtOnceAndItsWorkerTakesTheNextImage() throws Exception {
        var path =
                trial.submit(
                        "{\"prompt\":\"a cancelled job\",\"steps\":150,\"count\":100,\"save\":true}");
        awaitState(path, "STARTED", 60);

        var cancelled = json(trial.post(path + "/cancel", ""));

        assertThat(cancelled.get("state").textValue()).isEqualTo("CANCELLED");
        trial.post("/sdapi/v1/txt2img", "{\"prompt\":\"the next one\",\"steps\":1}");
        var ends = new ArrayList<String>();
        json(trial.get(path)).get("images").forEach(image -> ends.add(image.get("state").asText()));
        assertThat(ends).hasSize(100).isSubsetOf("CANCELLED", "FINISHED");
        assertThat(rows("prompt = 'a cancelled job'"))
                .hasSize((int) ends.stream().filter("FINISHED"::equals).count());
    }

    @Test
    @Order(6)
    void nobodyGetsInWithoutThePassword() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(trial.url() + "/api/v1/images")).build();
        try (var http = HttpClient.newHttpClient()) {
            assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(401);
        }
    }

    @Test
    @Order(7)
    void makeSqlPrintsCompleteCells() throws Exception {
        var cells =
                make(
                        "sql",
                        "Q=SELECT prompt, \"x\" AS y, image_base64 FROM generated_images WHERE seed = '42'");

        var lines = cells.split("\n");
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).isEqualTo("prompt\ty\timage_base64");
        assertThat(lines[1])
                .isEqualTo("山上的小屋, \"winter\"\tx\t" + rows("seed = '42'").getFirst().image());
    }

    @Test
    @Order(8)
    void whileItRunsNoSecondOneStartsAndNoStateIsRemoved() throws Exception {
        assertThat(trial.refused("run"))
                .matches(
                        "exit 1: Huafang is running already: %s \\(process \\d+\\); make stop ends it\\."
                                .formatted(trial.url()));
        assertThat(trial.refused("clean-state"))
                .isEqualTo("exit 1: Huafang is running; end it first with make stop.");
    }

    @Test
    @Order(9)
    void passwordAndPicturesSurviveARestart() throws Exception {
        var password = trial.password();
        var unfinished =
                trial.submit("{\"prompt\":\"hills\",\"steps\":150,\"count\":100,\"save\":false}");
        awaitState(unfinished, "STARTED", 60);
        var before = rows("TRUE");
        trial.close();
        assertThat(var.resolve("run/processes")).doesNotExist();
        try (var logs = Files.list(var.resolve("log"))) {
            assertThat(logs).noneMatch(log -> log.getFileName().toString().startsWith("crash"));
        }

        trial = Trial.start(ROOT, var, PORT);

        awaitState(unfinished, "STARTED", 60);
        json(trial.post(unfinished + "/cancel", ""));
        assertThat(trial.password()).isEqualTo(password);
        assertThat(rows("TRUE")).isEqualTo(before);
        var listed = json(trial.get("/api/v1/images")).get("images");
        assertThat(listed.size()).isEqualTo(before.size());
        var picture = trial.get(listed.get(0).get("picture").textValue());
        assertThat(Base64.getEncoder().encodeToString(picture.body()))
                .isEqualTo(before.getLast().image());
    }

    private static Connection connect() throws Exception {
        var settings = Files.readAllLines(trial.layout().run().resolve("database.cnf"));
        var port = setting(settings, "port");
        var url = "jdbc:mysql://127.0.0.1:" + port + "/stable_diffusion?sslMode=DISABLED";
        return DriverManager.getConnection(
                url, setting(settings, "user"), setting(settings, "password"));
    }

    private static String setting(List<String> settings, String name) {
        return settings.stream()
                .filter(line -> line.startsWith(name + " = "))
                .map(line -> line.substring(name.length() + 3))
                .findFirst()
                .orElseThrow();
    }

    private static String make(String target, String argument) throws Exception {
        var builder = new ProcessBuilder("make", "-s", target, argument).directory(ROOT.toFile());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("HUAFANG_VAR", var.toString());
        var make = builder.start();
        var printed = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(make.waitFor()).as("exit status of make %s", target).isZero();
        return printed;
    }

    private static JsonNode json(HttpResponse<byte[]> answer) throws Exception {
        var body = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.statusCode()).as(body).isBetween(200, 299);
        return JSON.readTree(body);
    }

    private static void awaitState(String path, String state, int seconds) throws Exception {
        long deadline = System.nanoTime() + SECONDS.toNanos(seconds);
        var found = "";
        while (!found.equals(state) && System.nanoTime() < deadline) {
            found = json(trial.get(path)).get("state").textValue();
            Thread.sleep(100);
        }
        assertThat(found).as("state of %s after %d s", path, seconds).isEqualTo(state);
    }

    private static List<Row> awaitRows(String condition, int count, int seconds) throws Exception {
        long deadline = System.nanoTime() + SECONDS.toNanos(seconds);
        var rows = rows(condition);
        while (rows.size() < count && System.nanoTime() < deadline) {
            Thread.sleep(100);
            rows = rows(condition);
        }
        assertThat(rows).as("rows where %s", condition).hasSize(count);
        return rows;
    }

    private record Row(
            String prompt,
            String steps,
            String seed,
            String sampler,
            String cfgScale,
            String size,
            String modelHash,
            String model,
            String image) {}

    private static List<Row> rows(String condition) throws Exception {
        var rows = new ArrayList<Row>();
        try (var connection = connect();
                var statement = connection.createStatement();
                var found =
                        statement.executeQuery(
                                """
                                SELECT prompt, steps, seed, sampler, cfg_scale, size, model_hash, model, image_base64
                                FROM generated_images WHERE %s ORDER BY id\
                                """
                                        .formatted(condition))) {
            while (found.next()) {
                rows.add(
                        new Row(
                                found.getString(1),
                                found.getString(2),
                                found.getString(3),
                                found.getString(4),
                                found.getString(5),
                                found.getString(6),
                                found.getString(7),
                                found.getString(8),
                                found.getString(9)));
            }
        }
        return rows;
    }
}
