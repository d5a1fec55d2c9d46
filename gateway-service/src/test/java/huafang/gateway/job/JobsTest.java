package huafang.gateway.job;

import static huafang.gateway.ScriptedWorker.painting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import huafang.contracts.broker.Lane;
import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.Hires;
import huafang.contracts.generation.ImageParameters;
import huafang.contracts.generation.Inpainting;
import huafang.contracts.generation.Manner;
import huafang.contracts.generation.Model;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.SamplingOptions;
import huafang.contracts.generation.Scheduler;
import huafang.contracts.infotext.Infotext;
import huafang.contracts.job.ImageState;
import huafang.contracts.job.ImageTask;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.StepsDone;
import huafang.contracts.ledger.LedgerJob;
import huafang.gateway.Client;
import huafang.gateway.Models;
import huafang.gateway.PlayedWorker;
import huafang.gateway.Png;
import huafang.gateway.ledger.Ledger;
import huafang.gateway.problem.ProblemException;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class JobsTest extends PlayedWorker {
    @Inject JobSettings settings;
    @Inject LiveJobs live;
    @Inject Present present;
    @Inject Ledger ledger;
    @Inject Admin admin;
    @Inject ObjectMapper json;

    @Test
    void aRequestBecomesOneTaskForEachImageWithEverythingDecided() {
        JsonPath job =
                post("{\"prompt\": \"a red house\", \"count\": 2, \"seed\": 7, \"save\": false}")
                        .then()
                        .statusCode(202)
                        .extract()
                        .jsonPath();

        List<ImageTask> tasks =
                Stream.of(worker.next(), worker.next())
                        .sorted(Comparator.comparing(task -> task.key().index()))
                        .toList();

        ImageTask first = tasks.get(0);
        assertThat(first.key().jobId()).hasToString(job.getString("id"));
        assertThat(first.owner()).isEqualTo("admin");
        assertThat(first.save()).isFalse();
        assertThat(first.attempts()).isZero();
        assertThat(painting(first).prompt()).isEqualTo("a red house");
        assertThat(painting(first).width()).isEqualTo(128);
        assertThat(painting(first).height()).isEqualTo(192);
        assertThat(painting(first).steps()).isEqualTo(20);
        assertThat(painting(first).sampler().label()).isEqualTo("DPM++ 2M");
        assertThat(painting(first).seed()).isEqualTo(7);
        ImageTask second = tasks.get(1);
        assertThat(second.key().index()).isEqualTo(1);
        assertThat(painting(second)).isEqualTo(painting(first).ofImage(1));
        assertThat(painting(second).model()).isEqualTo(Models.DEMO.model());
    }

    @Test
    void theFirstFewImagesOfAnOwnerStandInTheInteractiveLaneAndTheRestInTheOther() {
        endAll();
        post("{\"prompt\": \"sea\", \"count\": 3}");
        post("{\"prompt\": \"sky\", \"count\": 3}");

        List<ImageTask> tasks = Stream.generate(worker::next).limit(6).toList();
        assertThat(tasks)
                .filteredOn(task -> worker.isIn(Lane.INTERACTIVE, task))
                .extracting(task -> painting(task).prompt() + " " + task.key().index())
                .containsExactlyInAnyOrder("sea 0", "sea 1", "sea 2", "sky 0");

        endAll();
        post("{\"prompt\": \"sea\"}");
        assertThat(worker.isIn(Lane.INTERACTIVE, worker.next())).isTrue();
    }

    private void endAll() {
        for (Job job : live.unfinished("admin")) {
            for (JobImage image : job.images()) {
                worker.tell(new JobEvent.Failed(job.id(), image.index(), "over", Instant.now()));
            }
        }
        Instant end = Instant.now().plusSeconds(20);
        while (live.load("admin").ownImages() > 0 && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(live.load("admin").ownImages()).isZero();
    }

    @Test
    void anImageThatIsNotWantedLateHasADeadline() {
        Instant before = Instant.now();
        post("{\"prompt\": \"sea\", \"expiresAfter\": 90}");
        post("{\"prompt\": \"sea\"}");

        Duration said = Duration.between(before, worker.next().deadline());
        Duration usual = Duration.between(before, worker.next().deadline());

        assertThat(said).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(100));
        assertThat(usual).isBetween(Duration.ofDays(6), Duration.ofDays(6).plusSeconds(20));
        assertThat(post("{\"prompt\": \"sea\", \"expiresAfter\": 0}").jsonPath().getString("field"))
                .isEqualTo("expiresAfter");
    }

    @Test
    void aSeedLeftToChanceIsAnotherOneEachTime() {
        long first = post("{\"prompt\": \"sea\"}").jsonPath().getLong("parameters.seed");
        long second = post("{\"prompt\": \"sea\"}").jsonPath().getLong("parameters.seed");

        assertThat(first).isBetween(0L, RandomSeed.END - 1).isNotEqualTo(second);
    }

    @Test
    void optionsOfTheSamplingReachTheImages() {
        post(
                "{\"prompt\": \"sea\", \"sampler\": \"DPM++ 2M SDE Karras\", \"options\": {\"eta\": 0.5,"
                        + " \"churn\": 1, \"sigmaMin\": 0.1, \"subseed\": 7, \"subseedStrength\": 0.25}}");

        var parameters = painting(worker.next());

        assertThat(parameters.sampler().label()).isEqualTo("DPM++ 2M SDE");
        assertThat(parameters.scheduler().label()).isEqualTo("Karras");
        assertThat(parameters.options())
                .isEqualTo(
                        new SamplingOptions(
                                0.5, 1, 0, null, 1.0, 0.1, 0, 0, false, 7, 0.25, 0, 0, 0));
    }

    @Test
    void aVariationLeftToChanceHasASeedOfItsOwn() {
        var job =
                post("{\"prompt\": \"sea\", \"options\": {\"subseedStrength\": 0.25}}").jsonPath();

        assertThat(job.getLong("parameters.options.subseed"))
                .isBetween(0L, RandomSeed.END - 1)
                .isNotEqualTo(job.getLong("parameters.seed"));
    }

    @Test
    void aListOfLorasIsTheSameAsTagsInThePrompt() {
        post(
                "{\"prompt\": \"sea\", \"vae\": \"bright\", \"loras\": [{\"name\": \"ink\", \"weight\": 0.5}]}");

        var parameters = painting(worker.next());

        assertThat(parameters.prompt()).isEqualTo("sea<lora:ink:0.5>");
        assertThat(parameters.addOns().loras()).containsKey("ink");
        assertThat(parameters.addOns().vae().file()).isEqualTo("bright.safetensors");

        post(
                "{\"prompt\": \"sea\", \"loras\": [{\"name\": \"ink\", \"weight\": 0.5, \"unetWeight\": 0}]}");
        assertThat(painting(worker.next()).prompt()).isEqualTo("sea<lora:ink:0.5:0.0>");
    }

    @Test
    void aMaskMayBeSofterInOneDirectionAndBlend() {
        String picture = Png.base64(200, 100, false);
        post(
                ("{\"prompt\": \"sea\", \"start\": {\"image\": \"%s\","
                                + " \"mask\": {\"image\": \"%s\", \"blur\": 8, \"blurY\": 0, \"round\": false}}}")
                        .formatted(picture, picture));

        Inpainting inpainting = painting(worker.next()).start().inpainting();

        assertThat(inpainting.blurX()).isEqualTo(8);
        assertThat(inpainting.blurY()).isZero();
        assertThat(inpainting.round()).isFalse();
    }

    @Test
    void aScheduleMayStandBehindTheSecondPassesSampler() {
        post("{\"prompt\": \"sea\", \"hires\": {\"sampler\": \"DPM++ 2M sgm_uniform\"}}");

        Hires hires = painting(worker.next()).hires();

        assertThat(hires.sampler()).isEqualTo(Sampler.DPMPP_2M);
        assertThat(hires.scheduler()).isEqualTo(Scheduler.SGM_UNIFORM);
    }

    @Test
    void aJobBeginsWithAPictureAndHasItsSize() {
        String picture = Png.base64(200, 100, false);
        post(
                ("{\"prompt\": \"sea\", \"start\": {\"image\": \"%s\", \"strength\": 0.5,"
                                + " \"mask\": {\"image\": \"%s\", \"area\": \"only masked\", \"weight\": 0.25}}}")
                        .formatted(picture, picture));

        var parameters = painting(worker.next());

        assertThat(parameters.width()).as("128x192 pixels of that shape").isEqualTo(200);
        assertThat(parameters.height()).isEqualTo(104);
        assertThat(parameters.start().strength()).isEqualTo(0.5);
        assertThat(parameters.start().resize().label()).isEqualTo("Crop and resize");
        assertThat(parameters.start().inpainting().onlyMasked()).isTrue();
        assertThat(parameters.start().inpainting().weight()).isEqualTo(0.25);
        assertThat(worker.input(parameters.start().inpainting().mask())).isNotEmpty();
    }

    @Test
    void previewsAreAskedForAndShownUntilThePictureIsThere() {
        String job = post("{\"prompt\": \"sea\", \"previews\": true}").header("Location");
        var task = worker.next();
        worker.start(task);
        worker.progress(task, 2, "iVBORw==");
        worker.progress(task, 3);

        assertThat(task.previews()).isTrue();
        Instant end = Instant.now().plusSeconds(20);
        while (get(job).<Integer>path("images[0].step") != 3) {
            assertThat(Instant.now()).isBefore(end);
        }
        assertThat(get(job).<String>path("images[0].preview")).isEqualTo("iVBORw==");
        worker.finish(task);
        Response finished = await(job, "FINISHED");
        assertThat(finished.<String>path("images[0].preview")).isNull();
        assertThat(finished.<String>path("images[0].infotext")).startsWith("sea\nSteps: 20");
    }

    /** A LoRA and an embedding in it are not looked for; a LoRA beside the prompt is. */
    @Test
    void commentsHideWhatTheyHoldAndNothingElse() {
        post(
                "{\"prompt\": \"sea # <lora:nobody:1>\", \"negativePrompt\": \"fog # bad-hands\","
                        + " \"loras\": [{\"name\": \"ink\"}]}");

        var parameters = painting(worker.next());

        assertThat(parameters.prompt()).isEqualTo("sea \n<lora:ink:1.0>");
        assertThat(parameters.negativePrompt()).isEqualTo("fog \n");
        assertThat(parameters.addOns().loras()).containsOnlyKeys("ink");
        assertThat(parameters.addOns().embeddings()).isEmpty();
    }

    @Test
    void aJobTilesAndIsRefined() {
        post("{\"prompt\": \"sea\", \"tiling\": true, \"refiner\": {\"model\": \"other\"}}");

        assertThat(painting(worker.next()).manner())
                .isEqualTo(new Manner(true, Models.OTHER.model(), 0.8));

        post(
                "{\"prompt\": \"sea\", \"refiner\": {\"model\": \"other\", \"at\": 0.5, \"bySteps\": true}}");

        assertThat(painting(worker.next()).manner())
                .isEqualTo(new Manner(false, Models.OTHER.model(), 0.5, true));
    }

    @Test
    void aJobHasALargerSecondPass() {
        post(
                "{\"prompt\": \"sea\", \"hires\": {\"scale\": 1.5, \"upscaler\": \"Lanczos\", \"steps\": 3}}");

        assertThat(painting(worker.next()).hires())
                .isEqualTo(new Hires(1.5, 0, 0, "Lanczos", null, 0.7, 3, "", "", null, null, null));
    }

    @Test
    void aSecondPassHasACheckpointAndAddOnsOfItsOwn() {
        post(
                "{\"prompt\": \"sea\", \"hires\": {\"checkpoint\": \"other\","
                        + " \"prompt\": \"sea <lora:ink:1>\", \"negativePrompt\": \"bad-hands\"}}");

        var parameters = painting(worker.next());

        assertThat(parameters.hires().checkpoint()).isEqualTo(Models.OTHER.model());
        assertThat(parameters.model()).isEqualTo(Models.DEMO.model());
        assertThat(parameters.addOns().loras()).containsKey("ink");
        assertThat(parameters.addOns().embeddings()).containsKey("bad-hands");
    }

    @Test
    void aPictureIsMadeLarger() {
        byte[] told = Png.with("parameters", "a house\nSteps: 4");
        String path =
                post(("{\"enlarge\": {\"image\": \"%s\", \"scale\": 8, \"upscaler\": \"sharp-x4\","
                                        + " \"second\": {\"upscaler\": \"Nearest\", \"visibility\": 0.25}}}")
                                .formatted(Base64.getEncoder().encodeToString(told)))
                        .header("Location");
        ImageTask task = worker.next();
        var enlargement = (Enlargement) task.parameters();
        assertThat(get(path).<Integer>path("images[0].steps")).isEqualTo(1);
        assertThat(get(path).<Object>path("images[0].seed")).isNull();
        var step = new StepsDone.Image(task.key().jobId(), 0, 3, 9, null);
        worker.tell(new StepsDone(List.of(step)));
        Instant end = Instant.now().plusSeconds(20);
        while (get(path).<Integer>path("images[0].step") != 3) {
            assertThat(Instant.now()).isBefore(end);
        }
        worker.finish(task);
        Response job = await(path, "FINISHED");

        assertThat(task.save()).isTrue();
        assertThat(enlargement)
                .isEqualTo(
                        new Enlargement(
                                enlargement.picture(),
                                8,
                                8,
                                8,
                                new Enlargement.Upscaler(
                                        "sharp-x4",
                                        new Model("sharp-x4.safetensors", "78".repeat(32))),
                                new Enlargement.Upscaler("Nearest", null),
                                0.25,
                                "a house\nSteps: 4"));
        assertThat(Png.read(worker.input(enlargement.picture())).getWidth()).isEqualTo(1);
        assertThat(job.<String>path("parameters.type")).isEqualTo("enlargement");
        assertThat(job.<Integer>path("images[0].step")).isEqualTo(9);
        assertThat(job.<String>path("images[0].infotext"))
                .isEqualTo(Infotext.of(enlargement))
                .startsWith("a house\nSteps: 4, Postprocess upscale by: 8");
        assertThat(get(job.path("images[0].picture")).contentType()).isEqualTo("image/png");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"scale\": 1.5',                                  296, 144, 1.5",
        "'\"width\": 400',                                  400, 200, 2.0",
        "'\"width\": 300, \"height\": 300',                 300, 300, 3.04",
        "'\"width\": 300, \"height\": 300, \"crop\": false', 608, 304, 3.04",
        "'\"height\": 100',                                 208, 100, 1.04"
    })
    void aLargerPictureHasTheSizeThatIsAskedFor(String size, int width, int height, double scale) {
        post("{\"enlarge\": {\"image\": \"%s\", %s}}".formatted(Png.base64(200, 100, false), size));

        var enlargement = (Enlargement) worker.next().parameters();

        assertThat(enlargement.width()).isEqualTo(width);
        assertThat(enlargement.height()).isEqualTo(height);
        assertThat(enlargement.scale()).isCloseTo(scale, within(1e-6));
        assertThat(Enlargement.side(200, enlargement.scale())).isGreaterThanOrEqualTo(width);
        assertThat(Enlargement.side(100, enlargement.scale())).isGreaterThanOrEqualTo(height);
    }

    @Test
    void aModelAnswersToAnyOfItsNames() {
        for (String name : List.of("people/other.safetensors", "other", "cdcdcdcdcd")) {
            String body = "{\"prompt\": \"sea\", \"model\": \"%s\"}".formatted(name);
            assertThat(post(body).jsonPath().getString("parameters.model.file"))
                    .isEqualTo("people/other.safetensors");
        }
    }

    @Test
    void aJobIsFollowedFromAcceptanceToThePicture() {
        String path = post("{\"prompt\": \"sea\", \"steps\": 4}").header("Location");
        assertThat(get(path).<String>path("state")).isEqualTo("ACCEPTED");
        assertThat(get(path + "/images/0").statusCode()).isEqualTo(404);
        ImageTask task = worker.next();

        byte[] png = worker.finish(task);

        Response job = await(path, "FINISHED");
        assertThat(job.<Integer>path("images[0].step")).isEqualTo(4);
        assertThat(job.<String>path("links.self")).isEqualTo(path);
        Response picture = get(job.path("images[0].picture"));
        assertThat(picture.contentType()).isEqualTo("image/png");
        assertThat(picture.asByteArray()).isEqualTo(png);
        String tag = picture.header("ETag");
        assertThat(
                        Client.ADMIN
                                .request()
                                .header("If-None-Match", tag)
                                .get(path + "/images/0")
                                .statusCode())
                .isEqualTo(304);
        assertThat(get(path + "/images/1").statusCode()).isEqualTo(404);
    }

    @Test
    void anotherReplicaKnowsTheJobAtOnce() {
        try (var replica = new SecondReplica(broker, settings, ledger, admin)) {
            for (int i = 0; i < 20; i++) {
                UUID id = UUID.fromString(post("{\"prompt\": \"sea\"}").path("id"));

                assertThat(replica.jobs.find(id, "admin").id()).isEqualTo(id);
            }
            assertThatThrownBy(() -> replica.jobs.find(UUID.randomUUID(), "admin"))
                    .isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void aReplicaThatStartsLaterKnowsTheJobsOfTheRecentPast() {
        String path = post("{\"prompt\": \"sea\"}").header("Location");
        worker.fail(worker.next(), "no memory");
        await(path, "FAILED");

        try (var replica = new SecondReplica(broker, settings, ledger, admin)) {
            UUID id = UUID.fromString(path.substring(path.lastIndexOf('/') + 1));

            assertThat(replica.jobs.find(id, "admin").state()).isEqualTo(ImageState.FAILED);
        }
    }

    @Test
    void aReplicaThatStartsCountsWhatWaitsForLongerThanItReadsBack()
            throws JsonProcessingException {
        post("{\"prompt\": \"sea\", \"width\": 1024, \"height\": 1024, \"steps\": 150}");
        var image = painting(worker.next());
        var old =
                Stream.generate(UUID::randomUUID)
                        .limit(4)
                        .map(id -> hundred(id, image, ImageState.ACCEPTED))
                        .toList();
        assertThat(400 * Cost.of(image, 0)).isGreaterThan(settings.mostWaitingOfOwner());
        String list = "GET /internal/jobs?limit=500";
        neighbours.put(list, "200 " + json.writeValueAsString(old));

        try (var replica = new SecondReplica(broker, settings, ledger, admin)) {
            replica.backlog.requireRoom("hoarder", image, 1).close();

            assertThat(replica.catchUp.look()).isEqualTo(4);

            assertThatThrownBy(() -> replica.backlog.requireRoom("hoarder", image, 1))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            refusal -> assertThat(refusal.retryAfter()).isPresent());

            neighbours.put(list, "200 []");
            for (LedgerJob job : old) {
                neighbours.put(
                        "GET /internal/jobs/" + job.jobId(),
                        "200 "
                                + json.writeValueAsString(
                                        hundred(job.jobId(), image, ImageState.FAILED)));
            }
            replica.catchUp.look();
            replica.backlog.requireRoom("hoarder", image, 1).close();
        }
    }

    private static LedgerJob hundred(UUID id, ImageParameters image, ImageState state) {
        return new LedgerJob(
                id,
                "hoarder",
                image,
                true,
                Instant.EPOCH,
                IntStream.range(0, 100)
                        .mapToObj(index -> new LedgerJob.Image(index, state, null, 0, null, null))
                        .toList());
    }

    @Test
    void aReplicaIsReadyWithoutTheLedgerWhenThatTakesTooLong() {
        neighbours.put("GET /internal/jobs?limit=500", "500 {}");
        var patient = new CatchUp(live, present, ledger, settings);
        var impatient =
                new CatchUp(live, present, ledger, Settings.keeping(Duration.ofMinutes(10), 100));

        assertThatThrownBy(patient::look).isInstanceOf(ProblemException.class);

        assertThat(patient.isOver()).isFalse();
        assertThat(impatient.isOver()).isTrue();
    }

    @Test
    void aJobThatNoReplicaFollowsIsAskedOfStorage() throws JsonProcessingException {
        UUID id = UUID.randomUUID();
        post("{\"prompt\": \"sea\"}");
        var image = new LedgerJob.Image(0, ImageState.FINISHED, null, 1, 0, 123_456L);
        var job =
                new LedgerJob(
                        id, "admin", painting(worker.next()), true, Instant.now(), List.of(image));
        byte[] png = Png.with("parameters", "from storage");
        neighbours.put("GET /internal/jobs/" + id, "200 " + json.writeValueAsString(job));
        neighbours.put(
                "GET /internal/images/" + id + "/0?owner=admin",
                "200 base64:" + Base64.getEncoder().encodeToString(png));

        assertThat(get("/api/v1/jobs/" + id).<String>path("state")).isEqualTo("FINISHED");
        assertThat(get("/api/v1/jobs/" + id + "/images/0").asByteArray()).isEqualTo(png);
    }

    @Test
    void aJobIsUnknownOnlyWhenStorageSaysSo() {
        UUID id = UUID.randomUUID();
        assertThat(get("/api/v1/jobs/" + id).statusCode()).isEqualTo(404);

        neighbours.put("GET /internal/jobs/" + id, "500 {}");

        Response answer = get("/api/v1/jobs/" + id);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.<String>path("detail")).contains("storage");
    }

    @Test
    void aJobAndItsPicturesAreItsOwnersAlone() {
        String path = post("{\"prompt\": \"sea\"}").header("Location");
        worker.finish(worker.next());
        await(path, "FINISHED");

        for (String part : List.of("", "/events", "/images/0")) {
            assertThat(Client.GUEST.get(path + part).statusCode()).as(part).isEqualTo(404);
        }
        assertThat(Client.GUEST.request().post(path + "/cancel").statusCode()).isEqualTo(404);
    }

    @Test
    void aCancelledJobHasEndedAndTheWorkersHearOfIt() {
        String path = post("{\"prompt\": \"sea\", \"count\": 3}").header("Location");
        ImageTask first = worker.next();
        worker.finish(first);
        await(path, "STARTED");
        int finished = first.key().index();
        List<Integer> cancelled =
                IntStream.range(0, 3).filter(index -> index != finished).boxed().toList();
        neighbours.put(cancellation(path, 3), "200 " + cancelled);

        Response answer = cancel(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.<String>path("state")).isEqualTo("CANCELLED");
        for (int index = 0; index < 3; index++) {
            assertThat(answer.<String>path("images[%d].state".formatted(index)))
                    .isEqualTo(index == finished ? "FINISHED" : "CANCELLED");
        }
        assertThat(worker.hearsOfCancellation(first.key().jobId())).isTrue();
        assertThat(cancel(path).<String>path("state")).isEqualTo("CANCELLED");
        try (var replica = new SecondReplica(broker, settings, ledger, admin)) {
            assertThat(replica.jobs.find(first.key().jobId(), "admin").state())
                    .isEqualTo(ImageState.CANCELLED);
        }
    }

    @Test
    void aPictureThatTheLedgerHadFirstStays() {
        String path = post("{\"prompt\": \"sea\"}").header("Location");
        neighbours.put(cancellation(path, 1), "200 []");

        assertThat(cancel(path).statusCode()).isEqualTo(202);
        worker.finish(worker.next());
        await(path, "FINISHED");
    }

    @Test
    void withoutStorageTheWorkersEndACancelledJob() {
        String path = post("{\"prompt\": \"sea\"}").header("Location");
        ImageTask task = worker.next();
        neighbours.put(cancellation(path, 1), "500 {}");

        assertThat(cancel(path).statusCode()).isEqualTo(202);
        assertThat(worker.hearsOfCancellation(task.key().jobId())).isTrue();
        worker.tell(new JobEvent.Cancelled(task.key().jobId(), 0, Instant.now()));
        await(path, "CANCELLED");
    }

    @Test
    void whatHasEndedIsNotCancelled() {
        String path = post("{\"prompt\": \"sea\"}").header("Location");
        ImageTask task = worker.next();
        worker.finish(task);
        await(path, "FINISHED");

        assertThat(cancel(path).<String>path("state")).isEqualTo("FINISHED");
        assertThat(worker.hearsOfCancellation(task.key().jobId())).isFalse();
    }

    @Test
    void aUserWithTooMuchWaitingIsToldWhenToComeAgain() {
        String large =
                "{\"prompt\": \"sea\", \"count\": 100, \"steps\": 150, \"width\": 2048, \"height\": 2048}";
        UUID job = UUID.fromString(Client.GUEST.post("/api/v1/jobs", large).path("id"));

        Response refused = Client.GUEST.post("/api/v1/jobs", "{\"prompt\": \"sea\"}");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 3600);
        assertThat(refused.<String>path("detail")).startsWith("Too much is waiting: you have ");
        assertThat(Client.ADMIN.post("/api/v1/jobs", "{\"prompt\": \"sea\"}").statusCode())
                .isEqualTo(202);
        for (int index = 0; index < 100; index++) {
            worker.tell(new JobEvent.Cancelled(job, index, Instant.now()));
        }
    }

    private static String cancellation(String path, int images) {
        return "POST /internal%s/cancellation?images=%d"
                .formatted(path.substring("/api/v1".length()), images);
    }

    private static Response cancel(String path) {
        return Client.ADMIN.request().post(path + "/cancel");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                      | 422 | prompt     | null",
                "{'prompt': 5}                           | 422 | prompt     | 5",
                "{'prompt': ['a']}                       | 422 | prompt     | [\"a\"]",
                "{'prompt': 'a', 'width': 65}            | 422 | width      | 65",
                "{'prompt': 'a', 'height': 4096}         | 422 | height     | 4096",
                "{'prompt': 'a', 'width': '512'}         | 422 | width      | \"512\"",
                "{'prompt': 'a', 'steps': 0}             | 422 | steps      | 0",
                "{'prompt': 'a', 'steps': 151}           | 422 | steps      | 151",
                "{'prompt': 'a', 'steps': 2.5}           | 422 | steps      | 2.5",
                "{'prompt': 'a', 'sampler': 'Nobody'}    | 422 | sampler    | \"Nobody\"",
                "{'prompt': 'a', 'scheduler': 'Nobody'}  | 422 | scheduler  | \"Nobody\"",
                "{'prompt': 'a', 'options': {'eta': 2}}  | 422 | options.eta | 2.0",
                "{'prompt': 'a', 'refiner': {'model': 'b'}} | 422 | refiner.model | \"b\"",
                "{'prompt': 'a', 'refiner': {'model': 'other', 'at': 2}} | 422 | refiner.at | 2.0",
                "{'prompt': 'a', 'hires': {'scale': 9}}  | 422 | hires.scale | 9.0",
                "{'prompt': 'a', 'hires': {'upscaler': 'b'}} | 422 | hires.upscaler | \"b\"",
                "{'prompt': 'a', 'hires': {'scale': 'b'}} | 422 | hires.scale | \"b\"",
                "{'prompt': 'a', 'hires': {'sampler': 'b'}} | 422 | hires.sampler | \"b\"",
                "{'prompt': 'a', 'hires': {'checkpoint': 'b'}} | 422 | hires.checkpoint | \"b\"",
                "{'prompt': 'a', 'hires': {'strength': 1e-8}} | 422 | hires.strength | 1.0E-8",
                "{'prompt': 'a', 'hires': {'x': 2}}      | 422 | hires.x    | \"an unknown field\"",
                "{'enlarge': {}}                         | 422 | enlarge.image | null",
                "{'enlarge': {'image': 'P', 'scale': 9}} | 422 | enlarge.scale | 9.0",
                "{'enlarge': {'image': 'P', 'width': 8192}} | 422 | enlarge.width | 8192",
                "{'enlarge': {'image': 'P', 'width': -8}} | 422 | enlarge.width | -8",
                "{'enlarge': {'image': 'P', 'upscaler': 'b'}} | 422 | enlarge.upscaler | \"b\"",
                "{'enlarge': {'image': 'P', 'upscaler': 'Latent'}} | 422 | enlarge.upscaler | \"Latent\"",
                "{'enlarge': {'image': 'P', 'second': {'upscaler': 'b'}}} | 422 | enlarge.second.upscaler | \"b\"",
                "{'enlarge': {'image': 'P', 'second': {'upscaler': 'Lanczos', 'visibility': 2}}} | 422 | enlarge.second.visibility | 2.0",
                "{'enlarge': {'image': 'P'}, 'expiresAfter': 0} | 422 | expiresAfter | 0.0",
                "{'enlarge': {'image': 'P', 'x': 1}}     | 422 | enlarge.x  | \"an unknown field\"",
                "{'enlarge': {'image': 'P'}, 'prompt': 'a'} | 422 | prompt  | \"an unknown field\"",
                "{'prompt': 'a', 'start': {}}            | 422 | start.image | null",
                "{'prompt': 'a', 'start': {'image': 'P', 'strength': 2}} | 422 | start.strength | 2.0",
                "{'prompt': 'a', 'start': {'image': 'P', 'resize': 'b'}} | 422 | start.resize | \"b\"",
                "{'prompt': 'a', 'start': {'image': 'P', 'noiseMultiplier': 2}} | 422 | start.noiseMultiplier | 2.0",
                "{'prompt': 'a', 'start': {'image': 'P', 'mask': {}}} | 422 | start.mask.image | null",
                "{'prompt': 'a', 'start': {'image': 'P', 'mask': {'image': 'P', 'blur': 99}}} | 422 | start.mask.blur | 99",
                "{'prompt': 'a', 'start': {'image': 'P', 'mask': {'image': 'P', 'blurX': 65}}} | 422 | start.mask.blur | 65",
                "{'prompt': 'a', 'start': {'image': 'P', 'mask': {'image': 'P', 'content': 'b'}}} | 422 | start.mask.content | \"b\"",
                "{'prompt': 'a', 'start': {'image': 'P', 'mask': {'image': 'P', 'area': 'b'}}} | 422 | start.mask.area | \"b\"",
                "{'prompt': 'a', 'start': {'image': 'P', 'mask': {'image': 'P', 'weight': 2}}} | 422 | start.mask.weight | 2.0",
                "{'prompt': 'a', 'start': {'image': '!'}} | 422 | start.image | \"!\"",
                "{'prompt': 'a <lora:b:1>'}              | 422 | LoRA       | \"b\"",
                "{'prompt': 'a', 'vae': 'b'}             | 422 | vae        | \"b\"",
                "{'prompt': 'a', 'loras': [{'name': 'b'}]} | 422 | LoRA     | \"b\"",
                "{'prompt': 'a', 'loras': [{'name': 'b:c'}]} | 422 | loras  | \"b:c\"",
                "{'prompt': 'a', 'loras': [{'name': 'b', 'weight': 11}]} | 422 | loras | 11.0",
                "{'prompt': 'a', 'options': {'x': 2}}    | 422 | options.x  | \"an unknown field\"",
                "{'prompt': 'a', 'cfgScale': 31}         | 422 | cfgScale   | 31.0",
                "{'prompt': 'a', 'seed': -2}             | 422 | seed       | -2",
                "{'prompt': 'a', 'count': 0}             | 422 | count      | 0",
                "{'prompt': 'a', 'count': 101}           | 422 | count      | 101",
                "{'prompt': 'a', 'clipSkip': 0}          | 422 | clipSkip   | 0",
                "{'prompt': 'a', 'emphasis': 'loud'}     | 422 | emphasis   | \"loud\"",
                "{'prompt': 'a', 'rng': 'dice'}          | 422 | rng        | \"dice\"",
                "{'prompt': 'a', 'save': 'perhaps'}      | 422 | save       | \"perhaps\"",
                "{'prompt': 'a', 'model': 'nobody'}      | 422 | model      | \"nobody\"",
                "{'prompt': 'a', 'model': 'broken'}      | 422 | model      | \"broken\"",
                "{'prompt': 'a', 'stepz': 20}            | 422 | stepz      | \"an unknown field\"",
                "[]                                      | 422 | body       | \"[]\"",
            })
    void aBadValueIsRefusedByNameAndNothingIsQueued(
            String body, int status, String field, String found) {
        String picture = "'" + Png.base64(64, 64, false) + "'";
        Response answer = post(body.replace("'P'", picture).replace('\'', '"'));

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        JsonPath problem = answer.jsonPath();
        assertThat(problem.getInt("status")).isEqualTo(status);
        assertThat(problem.getString("field")).isEqualTo(field);
        assertThat(problem.getString("found")).isEqualTo(found);
        assertThat(problem.getString("allowed")).isNotBlank();
        assertThat(problem.getString("detail")).contains(field);
        assertThat(worker.next(Duration.ofMillis(100))).isNull();
    }

    @Test
    void aModelsErrorNamesThoseThatThereAre() {
        assertThat(post("{\"prompt\": \"a\", \"model\": \"nobody\"}").<String>path("allowed"))
                .contains("demo.safetensors [ababababab]", "people/other.safetensors");
        assertThat(post("{\"prompt\": \"a\", \"model\": \"broken\"}").<String>path("allowed"))
                .contains("found 3 bytes");
    }

    @Test
    void brokenJsonIs400WithItsPlace() {
        Response answer = post("{\"prompt\": \"a\",\n \"steps\": }");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.<String>path("detail")).contains("line 2, column");
    }

    @Test
    void onlyJsonIsTaken() {
        Response form = Client.ADMIN.request().formParam("prompt", "a").post("/api/v1/jobs");

        assertThat(form.statusCode()).isEqualTo(415);
        assertThat(form.contentType()).isEqualTo("application/problem+json");
    }

    @Test
    void theSameKeyIsTheSameJobAndOneSetOfImages() {
        String key = UUID.randomUUID().toString();
        Response first = post("{\"prompt\": \"sea\", \"steps\": 3}", key);
        Response again = post("{ \"steps\":3,  \"prompt\":\"sea\" }", key);

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(again.<String>path("id")).isEqualTo(first.path("id"));
        assertThat(worker.next()).isNotNull();
        assertThat(worker.next(Duration.ofMillis(300))).isNull();
    }

    @Test
    void theSameKeyForAnotherRequestIsRefused() {
        String key = UUID.randomUUID().toString();
        post("{\"prompt\": \"sea\"}", key);

        Response other = post("{\"prompt\": \"hills\"}", key);

        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(other.<String>path("field")).isEqualTo("Idempotency-Key");
        assertThat(
                        Client.GUEST
                                .request()
                                .header("Idempotency-Key", key)
                                .contentType("application/json")
                                .body("{\"prompt\": \"hills\"}")
                                .post("/api/v1/jobs")
                                .statusCode())
                .isEqualTo(202);
    }

    @Test
    void retriesThatComeAtOnceAreOneJob() throws Exception {
        String key = UUID.randomUUID().toString();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers =
                    IntStream.range(0, 8)
                            .mapToObj(retry ->
                                    clients.submit(() -> post("{\"prompt\": \"sea\"}", key)))
                            .toList();

            assertThat(answers)
                    .extracting(answer -> answer.get().<String>path("id"))
                    .doesNotContainNull()
                    .containsOnly(answers.getFirst().get().<String>path("id"));
        }
        assertThat(worker.next()).isNotNull();
        assertThat(worker.next(Duration.ofMillis(500))).isNull();
    }

    @Test
    void aClaimWhoseJobWasNeverQueuedIsQueuedUnderItsOldId() {
        String key = UUID.randomUUID().toString();
        String lost = post("{\"prompt\": \"sea\"}", key).path("id");
        long seed = painting(worker.next()).seed();
        String question = "PUT /internal/idempotency-keys?owner=admin&key=";
        String claim = neighbours.get("claim " + question + key);
        UUID never = UUID.randomUUID();
        String newKey = UUID.randomUUID().toString();
        neighbours.put(question + newKey, "200 " + claim.replace(lost, never.toString()));

        Response answer = post("{\"prompt\": \"sea\"}", newKey);

        assertThat(answer.<String>path("id")).isEqualTo(never.toString());
        ImageTask task = worker.next();
        assertThat(task.key().jobId()).isEqualTo(never);
        assertThat(painting(task).seed()).isEqualTo(RandomSeed.of(never)).isNotEqualTo(seed);
    }

    @Test
    void withoutStorageOnlyRequestsWithAKeyMustWait() {
        String key = UUID.randomUUID().toString();
        neighbours.put("PUT /internal/idempotency-keys?owner=admin&key=" + key, "500 {}");

        assertThat(post("{\"prompt\": \"sea\"}", key).statusCode()).isEqualTo(503);
        assertThat(worker.next(Duration.ofMillis(100))).isNull();
        assertThat(post("{\"prompt\": \"sea\"}").statusCode()).isEqualTo(202);
    }

    private Response await(String path, String state) {
        Instant end = Instant.now().plusSeconds(20);
        while (Instant.now().isBefore(end)) {
            Response job = get(path);
            if (state.equals(job.path("state"))) {
                return job;
            }
        }
        throw new AssertionError("not " + state + ": " + get(path).asString());
    }

    private static Response post(String body) {
        return Client.ADMIN.post("/api/v1/jobs", body);
    }

    private static Response post(String body, String key) {
        return Client.ADMIN
                .request()
                .header("Idempotency-Key", key)
                .contentType("application/json")
                .body(body)
                .post("/api/v1/jobs");
    }

    private static Response get(String path) {
        return Client.ADMIN.get(path);
    }
}
