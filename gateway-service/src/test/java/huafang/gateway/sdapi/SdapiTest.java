package huafang.gateway.sdapi;

import static huafang.gateway.ScriptedWorker.painting;
import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.generation.AddOns;
import huafang.contracts.generation.Emphasis;
import huafang.contracts.generation.Hires;
import huafang.contracts.generation.Manner;
import huafang.contracts.generation.Model;
import huafang.contracts.generation.PromptReading;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.SamplingOptions;
import huafang.contracts.generation.Scheduler;
import huafang.contracts.job.ImageTask;
import huafang.gateway.Client;
import huafang.gateway.Models;
import huafang.gateway.PlayedWorker;
import huafang.gateway.Png;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class SdapiTest extends PlayedWorker {
    @BeforeEach
    void choose() {
        Client.PAINTER.post("/sdapi/v1/options", "{\"sd_model_checkpoint\": \"demo\"}");
    }

    @Test
    void theClientThatMustWorkUnchangedWorks() {
        var answer = paint("{\"prompt\":\"puppy dog\",\"steps\":5}");
        ImageTask task = worker.next();
        byte[] png = worker.finish(task);

        Response response = answer.join();
        String image = response.path("images[0]");
        String[] parts = image.split(",", 2);
        assertThat(Base64.getDecoder().decode(parts[0])).isEqualTo(png);
        Response info = post("png-info", "{\"image\":\"data:image/png;base64," + parts[0] + "\"}");
        assertThat(info.<String>path("info"))
                .startsWith("puppy dog\nSteps: 5, Sampler: Euler, Schedule type: Automatic");
        assertThat(task.save()).isFalse();
    }

    @Test
    void theAnswerHasEverythingThatClientsRead() {
        var answer =
                paint(
                        """
                        {"prompt": "海边", "negative_prompt": "fog", "seed": "41", "steps": "3",
                         "cfg_scale": 7.5, "n_iter": 2, "batch_size": 1, "sampler_name": "DPM++ 2M Karras",
                         "width": 64, "height": 128, "unheard_of": 1, "save_images": true,
                         "override_settings": {"sd_model_checkpoint": "other", "randn_source": "CPU",
                                               "CLIP_stop_at_last_layers": 2, "emphasis": "No norm"}}
                        """);
        ImageTask one = worker.next();
        ImageTask two = worker.next();
        assertThat(painting(one).reading()).isEqualTo(new PromptReading(2, Emphasis.NO_NORM));
        worker.finish(one);
        worker.finish(two);

        Response response = answer.join();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Double.parseDouble(response.header("X-Process-Time"))).isPositive();
        assertThat(response.<List<String>>path("images")).hasSize(2);
        assertThat(response.<String>path("parameters.prompt")).isEqualTo("海边");
        assertThat(response.<Integer>path("parameters.width")).isEqualTo(64);
        assertThat(keys(response.jsonPath(), "parameters"))
                .contains("send_images")
                .doesNotContain("unheard_of");
        JsonPath info = JsonPath.from(response.<String>path("info"));
        assertThat(info.getLong("seed")).isEqualTo(41);
        assertThat(info.getList("all_seeds")).isEqualTo(List.of(41, 42));
        assertThat(info.getInt("clip_skip")).isEqualTo(2);
        assertThat(info.getInt("width")).isEqualTo(64);
        assertThat(info.getInt("height")).isEqualTo(128);
        assertThat(info.getInt("index_of_first_image")).isZero();
        assertThat(info.getString("infotexts[1]"))
                .contains("海边\nNegative prompt: fog\nSteps: 3")
                .contains("Schedule type: Karras")
                .contains("Seed: 42")
                .contains("Model: other")
                .contains("RNG: CPU");
        assertThat(keys(info, "")).contains(INFO);
        assertThat(one.save()).isTrue();
    }

    private static final String[] INFO =
            ("prompt all_prompts negative_prompt all_negative_prompts seed all_seeds subseed all_subseeds"
                            + " subseed_strength width height sampler_name cfg_scale steps batch_size restore_faces"
                            + " face_restoration_model sd_model_name sd_model_hash sd_vae_name sd_vae_hash"
                            + " seed_resize_from_w seed_resize_from_h denoising_strength extra_generation_params"
                            + " index_of_first_image infotexts styles job_timestamp clip_skip"
                            + " is_using_inpainting_conditioning version")
                    .split(" ");

    @Test
    void whatIsLeftOutHasTheDefaultsOfThatApi() {
        var answer = paint("{\"send_images\": false}");
        ImageTask task = worker.next();
        worker.finish(task);

        assertThat(painting(task).prompt()).isEmpty();
        assertThat(painting(task).steps()).isEqualTo(50);
        assertThat(painting(task).sampler().label()).isEqualTo("Euler");
        assertThat(painting(task).cfgScale()).isEqualTo(7);
        assertThat(painting(task).width()).isEqualTo(128);
        assertThat(painting(task).height()).isEqualTo(192);
        assertThat(answer.join().<List<String>>path("images")).isEmpty();
    }

    @Test
    void aPictureThatCannotBePaintedIsAnErrorWithItsReason() {
        var answer = paint("{\"prompt\": \"a\"}");
        worker.fail(worker.next(), "The checkpoint is truncated.");

        Response response = answer.join();
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.<String>path("detail")).isEqualTo("The checkpoint is truncated.");
        assertThat(response.jsonPath().getMap(""))
                .containsKeys("error", "detail", "body", "errors");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'prompt': 5}                    | prompt",
                "{'prompt': null}                 | prompt",
                "{'width': 65}                    | width",
                "{'height': 10000}                | height",
                "{'steps': 'many'}                | steps",
                "{'steps': 0}                     | steps",
                "{'cfg_scale': 99}                | cfg_scale",
                "{'n_iter': 101}                  | n_iter",
                "{'batch_size': 0}                | batch_size",
                "{'scheduler': 'nobody'}          | scheduler",
                "{'enable_hr': true, 'hr_checkpoint_name': 'nobody'} | hr_checkpoint_name",
                "{'enable_hr': true, 'hr_upscaler': 'nobody'}       | hr_upscaler",
                "{'enable_hr': true, 'hr_scale': 9}                 | hr_scale",
                "{'enable_hr': true, 'width': 2048, 'height': 2048} | hr_scale",
                "{'enable_hr': true, 'firstphase_width': 64}        | firstphase_width",
                "{'restore_faces': true}          | restore_faces",
                "{'script_name': 'x/y plot'}      | script_name",
                "{'alwayson_scripts': {'a': {}}}  | alwayson_scripts",
                "{'styles': ['anime']}            | styles",
                "{'refiner_checkpoint': 'nobody'} | refiner_checkpoint",
                "{'subseed_strength': 1.5}        | subseed_strength",
                "{'seed_resize_from_w': 4096}     | seed_resize_from_w",
                "{'s_churn': -1}                  | s_churn",
                "{'s_noise': 5}                   | s_noise",
                "{'s_min_uncond': 1}              | s_min_uncond",
                "{'eta': 2}                       | eta",
                "{'override_settings': {'rho': 99}}                        | rho",
                "{'infotext': 'a'}                | infotext",
                "{'override_settings': {'sd_model_checkpoint': 'nobody'}}  | sd_model_checkpoint",
                "{'override_settings': {'sd_vae': 'other.pt'}}             | sd_vae",
                "{'override_settings': {'CLIP_stop_at_last_layers': 13}}   | CLIP_stop_at_last_layers",
                "{'override_settings': {'emphasis': 'loud'}}               | emphasis",
            })
    void whatCannotBeHonouredIsRefusedByNameAndNothingIsQueued(String body, String field) {
        Response answer = post("txt2img", body.replace('\'', '"'));

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(422);
        assertThat(answer.<String>path("detail[0].loc[0]")).isEqualTo("body");
        assertThat(answer.<String>path("detail[0].loc[-1]")).isEqualTo(field);
        assertThat(answer.<String>path("detail[0].msg")).contains("found").contains("allowed");
        assertThat(answer.header("X-Process-Time")).isNotNull();
        assertThat(worker.next(Duration.ofMillis(100))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'enable_hr': false, 'restore_faces': null, 'tiling': false, 'styles': []}",
                "{'script_name': null, 'alwayson_scripts': {}, 'refiner_checkpoint': ''}",
                "{'subseed': -1, 'subseed_strength': 0, 's_churn': 0.0, 's_noise': 1, 'eta': 1.0}",
                "{'seed_resize_from_w': -1, 'seed_resize_from_h': 0, 'scheduler': null}",
                "{'sampler_name': null, 'sampler_index': 'Euler a', 'scheduler': 'Automatic'}",
                "{'override_settings': null, 'hr_upscaler': 'Latent', 'denoising_strength': 0}",
                "{'sampler_name': '', 'override_settings': {'sd_model_checkpoint': '', 'randn_source': 'GPU'}}",
                "{'override_settings': {'sd_vae': 'Automatic', 'CLIP_stop_at_last_layers': 0}}",
            })
    void fieldsThatAskForNothingPass(String body) {
        var answer = paint(body.replace('\'', '"'));
        worker.finish(worker.next());

        assertThat(answer.join().statusCode()).isEqualTo(200);
    }

    @Test
    void everyOptionOfTheSamplingReachesTheImages() {
        var answer =
                paint(
                        """
                        {"sampler_name": "DPM2 a", "scheduler": "Align Your Steps", "seed": 5, "n_iter": 2,
                         "eta": 0.5, "s_churn": 1, "s_tmin": 0.25, "s_tmax": 9, "s_noise": 1.1,
                         "subseed": 7, "subseed_strength": 0.25, "seed_resize_from_w": 64,
                         "seed_resize_from_h": 72, "override_settings": {"eta_noise_seed_delta": 31337,
                         "sigma_min": 0.1, "sigma_max": 10, "rho": 5, "eta_ancestral": 0.1,
                         "always_discard_next_to_last_sigma": true}}
                        """);
        var first = worker.next();
        var second = worker.next();
        worker.finish(first);
        worker.finish(second);

        assertThat(painting(first).sampler().label()).isEqualTo("DPM2 a");
        assertThat(painting(first).scheduler().label()).isEqualTo("Align Your Steps");
        assertThat(painting(first).options())
                .isEqualTo(
                        new SamplingOptions(
                                0.5, 1, 0.25, 9.0, 1.1, 0.1, 10, 5, true, 7, 0.25, 64, 72, 31337));
        assertThat(painting(second).options().subseed()).isEqualTo(8);
        assertThat(painting(second).seed()).isEqualTo(5);
        JsonPath info = new JsonPath(answer.join().<String>path("info"));
        assertThat(info.getList("all_subseeds")).isEqualTo(List.of(7, 8));
        assertThat(info.getString("infotexts[1]"))
                .contains(
                        "Variation seed: 8, Variation seed strength: 0.25, Seed resize from: 64x72")
                .contains("ENSD: 31337")
                .contains("Eta: 0.5");
    }

    @Test
    void aLoraAnEmbeddingAndAVaeAreToldWithTheirHashes() {
        var answer =
                paint(
                        """
                        {"prompt": "a cat <lora:ink:0.5>", "negative_prompt": "blur, Bad-Hands",
                         "override_settings": {"sd_vae": "bright.safetensors"}}
                        """);
        var task = worker.next();
        worker.finish(task);

        assertThat(painting(task).prompt()).isEqualTo("a cat <lora:ink:0.5>");
        assertThat(painting(task).addOns())
                .isEqualTo(
                        new AddOns(
                                new Model("bright.safetensors", "56".repeat(32)),
                                Map.of("ink", "12".repeat(32)),
                                Map.of("bad-hands", "34".repeat(32))));
        JsonPath info = new JsonPath(answer.join().<String>path("info"));
        assertThat(info.getString("sd_vae_hash")).isEqualTo("5656565656");
        assertThat(info.getString("infotexts[0]"))
                .contains("VAE hash: 5656565656, VAE: bright.safetensors")
                .contains(
                        "Lora hashes: \"ink: 121212121212\", TI hashes: \"bad-hands: 343434343434\"");
    }

    @Test
    void aPastedLoraMayHaveTheNameThatItWasTrainedUnder() {
        var answer = paint("{\"prompt\": \"a cat <lora:charcoal:0.5>\"}");
        var task = worker.next();
        worker.finish(task);

        assertThat(painting(task).addOns().loras()).isEqualTo(Map.of("charcoal", "12".repeat(32)));
        assertThat(new JsonPath(answer.join().<String>path("info")).getString("infotexts[0]"))
                .contains("Lora hashes: \"charcoal: 121212121212\"");
    }

    @Test
    void progressShowsWhatThePictureIsGoingToBe() {
        var answer = paint("{\"prompt\": \"a\"}");
        var task = worker.next();
        worker.start(task);
        worker.progress(task, 1, "iVBORw==");

        assertThat(task.previews()).isTrue();
        Instant end = Instant.now().plusSeconds(20);
        while (!"iVBORw==".equals(get("progress").path("current_image"))) {
            assertThat(Instant.now()).isBefore(end);
        }
        assertThat(get("progress?skip_current_image=true").<String>path("current_image")).isNull();
        worker.finish(task);
        answer.join();
    }

    @Test
    void aSecondPassReachesTheImages() {
        var answer =
                paint(
                        """
                        {"prompt": "a", "enable_hr": true, "hr_scale": 1.5, "hr_upscaler": "sharp-x4", "denoising_strength": 0.4,
                         "hr_second_pass_steps": 7, "hr_prompt": "closer", "hr_sampler_name": "Euler a Karras",
                         "hr_checkpoint_name": "people/other.safetensors [cdcdcdcdcd]"}
                        """);
        var task = worker.next();
        worker.finish(task);

        assertThat(painting(task).hires())
                .isEqualTo(
                        new Hires(
                                1.5,
                                0,
                                0,
                                "sharp-x4",
                                new Model("sharp-x4.safetensors", "78".repeat(32)),
                                0.4,
                                7,
                                "closer",
                                "",
                                Sampler.EULER_A,
                                Scheduler.KARRAS,
                                Models.OTHER.model()));
        JsonPath info = new JsonPath(answer.join().<String>path("info"));
        assertThat(info.getString("infotexts[0]"))
                .contains("Denoising strength: 0.4")
                .contains(
                        "Hires upscale: 1.5, Hires checkpoint: other [cdcdcdcdcd], Hires sampler: Euler a, Hires prompt: closer, Hires schedule type: Karras, Hires steps: 7, Hires upscaler: sharp-x4");
        assertThat(info.getDouble("denoising_strength")).isEqualTo(0.4);
    }

    @Test
    void tilingAndARefinerReachTheImages() {
        var answer =
                paint(
                        "{\"prompt\": \"a\", \"tiling\": true, \"refiner_checkpoint\": \"other\", \"refiner_switch_at\": 0.6}");
        var task = worker.next();
        worker.finish(task);

        assertThat(painting(task).manner()).isEqualTo(new Manner(true, Models.OTHER.model(), 0.6));
        JsonPath info = new JsonPath(answer.join().<String>path("info"));
        assertThat(info.getString("infotexts[0]"))
                .contains("Tiling: True")
                .contains("Refiner: other [cdcdcdcdcd], Refiner switch at: 0.6")
                .doesNotContain("sampling steps");
    }

    @Test
    void aRefinerMayTakeOverBySteps() {
        var answer =
                paint(
                        "{\"refiner_checkpoint\": \"other\", \"refiner_switch_at\": 0.6, \"override_settings\": {\"refiner_switch_by_sample_steps\": true}}");
        var task = worker.next();
        worker.finish(task);

        assertThat(painting(task).manner())
                .isEqualTo(new Manner(false, Models.OTHER.model(), 0.6, true));
        assertThat(new JsonPath(answer.join().<String>path("info")).getString("infotexts[0]"))
                .contains("Refiner switch by sampling steps: True, Refiner: other");
    }

    @Test
    void anUnknownLoraIsRefusedWithItsName() {
        Response answer = post("txt2img", "{\"prompt\": \"a <lora:nobody:1>\"}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.asString()).contains("nobody").contains("one of ink");
    }

    @Test
    void settingsOfAnOwnerHoldForItsRequests() {
        post(
                "options",
                "{\"sd_vae\": \"bright\", \"s_noise\": 1.5, \"eta_ddim\": 0.25, \"inpainting_mask_weight\": 0.5}");
        var answer = paint("{\"sampler_name\": \"DDIM\"}");
        var task = worker.next();
        worker.finish(task);
        answer.join();
        Response options = get("options");
        post(
                "options",
                "{\"sd_vae\": \"Automatic\", \"s_noise\": 1, \"eta_ddim\": 0, \"inpainting_mask_weight\": 1}");

        assertThat(painting(task).addOns().vae().file()).isEqualTo("bright.safetensors");
        assertThat(painting(task).options().noiseScale()).isEqualTo(1.5);
        assertThat(painting(task).options().eta()).isEqualTo(0.25);
        assertThat(options.<String>path("sd_vae")).isEqualTo("bright");
        assertThat(options.<Float>path("inpainting_mask_weight")).isEqualTo(0.5f);
        assertThat(post("options", "{\"inpainting_mask_weight\": 2}").statusCode()).isEqualTo(422);
        assertThat(post("options", "{\"sd_vae\": \"nobody\"}").statusCode()).isEqualTo(422);
        assertThat(post("options", "{\"s_noise\": 9}").<List<String>>path("detail[0].loc"))
                .containsExactly("body", "s_noise");
    }

    @Test
    void anUnknownSamplerIs400() {
        Response answer = post("txt2img", "{\"sampler_name\": \"Nobody\"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.<String>path("detail")).isEqualTo("Sampler not found");
        assertThat(answer.<String>path("errors")).contains("\"Nobody\"").contains("Euler a");
    }

    @Test
    void brokenJsonIsToldInTheShapeOfThatApi() {
        Response answer = post("txt2img", "{\"prompt\": }");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.<String>path("detail[0].loc[0]")).isEqualTo("body");
        assertThat(answer.<String>path("detail[0].msg")).contains("line 1, column");
    }

    @Test
    void interruptEndsTheJobThatOneIsWaitingFor() {
        awaitIdle();
        assertThat(post("interrupt", "").asString()).isEqualTo("{}");
        var answer = paint("{\"prompt\": \"a\"}");
        ImageTask task = worker.next();
        neighbours.put(
                "POST /internal/jobs/%s/cancellation?images=1".formatted(task.key().jobId()),
                "200 [0]");
        awaitBusy(); // a worker may have the image before its job is known here

        assertThat(post("interrupt", "").statusCode()).isEqualTo(200);

        assertThat(answer.join().statusCode()).isEqualTo(500);
        assertThat(answer.join().<String>path("detail")).isEqualTo("It was cancelled.");
        awaitIdle();
    }

    @Test
    void progressIsZeroWhenNothingIsInWorkAndOnesOwnOtherwise() {
        awaitIdle();
        var answer = paint("{\"prompt\": \"a\", \"steps\": 4, \"n_iter\": 2}");
        ImageTask first = worker.next();
        ImageTask second = worker.next();
        worker.finish(first);
        worker.start(second);
        worker.progress(second, 2);

        Instant end = Instant.now().plusSeconds(20);
        Response progress = get("progress");
        while (progress.<Integer>path("state.sampling_step") != 2
                || progress.<Integer>path("state.job_no") != 1) {
            assertThat(Instant.now()).isBefore(end);
            progress = get("progress");
        }
        assertThat(progress.jsonPath().getDouble("progress")).isEqualTo(0.01 + 0.5 + 0.25);
        assertThat(progress.<Integer>path("state.job_count")).isEqualTo(2);
        assertThat(progress.<Integer>path("state.sampling_steps")).isEqualTo(4);
        assertThat(progress.jsonPath().getDouble("eta_relative")).isNotNegative();
        JsonPath others = Client.IDLER.get("/sdapi/v1/progress").jsonPath();
        assertThat(others.getDouble("progress")).isZero();
        assertThat(others.getInt("state.job_count")).isZero();

        worker.finish(second);
        answer.join();
        awaitIdle();
        assertThat(keys(get("progress").jsonPath(), "state"))
                .containsExactlyInAnyOrder(
                        "skipped",
                        "interrupted",
                        "stopping_generation",
                        "job",
                        "job_count",
                        "job_timestamp",
                        "job_no",
                        "sampling_step",
                        "sampling_steps");
    }

    @Test
    void theModelIsChosenInTheOptionsForOnesOwnRequests() {
        assertThat(get("options").<String>path("sd_model_checkpoint"))
                .isEqualTo("demo.safetensors [ababababab]");

        Response set = post("options", "{\"sd_model_checkpoint\": \"other\", \"unheard_of\": 1}");

        assertThat(set.asString()).isEqualTo("null");
        var answer = paint("{}");
        ImageTask task = worker.next();
        worker.finish(task);
        assertThat(answer.join().statusCode()).isEqualTo(200);
        assertThat(painting(task).model()).isEqualTo(Models.OTHER.model());
        assertThat(Client.IDLER.get("/sdapi/v1/options").<String>path("sd_model_checkpoint"))
                .startsWith("demo");
    }

    @Test
    void theWholeMapOfOptionsMayBePostedBack() {
        Response answer = post("options", get("options").asString());

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.asString()).isEqualTo("null");
    }

    @Test
    void anUnknownModelInTheOptionsIsRefusedAndChangesNothing() {
        Response answer = post("options", "{\"sd_model_checkpoint\": \"nobody\"}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.<String>path("detail[0].loc[1]")).isEqualTo("sd_model_checkpoint");
        assertThat(answer.<String>path("detail[0].msg")).contains("demo.safetensors [ababababab]");
        assertThat(get("options").<String>path("sd_model_checkpoint")).startsWith("demo");
    }

    @Test
    void clientsAreToldWhatThereIs() {
        assertThat(get("sd-models").<List<String>>path("title"))
                .containsExactly(
                        "demo.safetensors [ababababab]", "people/other.safetensors [cdcdcdcdcd]");
        assertThat(get("samplers").<List<String>>path("name"))
                .hasSize(20)
                .contains("DPM++ 2M", "Euler a", "DDIM CFG++");
        assertThat(get("schedulers").<List<String>>path("label"))
                .hasSize(12)
                .contains("Automatic", "Uniform", "Karras", "Align Your Steps");
        assertThat(get("upscalers").<List<String>>path("name"))
                .containsExactly("None", "Lanczos", "Nearest", "sharp-x4");
        assertThat(get("latent-upscale-modes").<List<String>>path("name"))
                .hasSize(6)
                .contains("Latent");
        assertThat(get("loras").<List<String>>path("name")).containsExactly("ink");
        assertThat(get("loras").<List<String>>path("alias")).containsExactly("charcoal");
        assertThat(get("sd-vae").<List<String>>path("model_name"))
                .containsExactly("bright.safetensors");
        assertThat(post("refresh-loras", "").statusCode()).isLessThan(300);
        JsonPath embeddings = get("embeddings").jsonPath();
        assertThat(embeddings.getInt("loaded.bad-hands.shape")).isEqualTo(768);
        assertThat(embeddings.getInt("loaded.bad-hands.vectors")).isEqualTo(2);
        assertThat(keys(embeddings, "skipped")).containsExactly("old");
        assertThat(post("refresh-checkpoints", "{}").statusCode()).isBetween(200, 204);
    }

    @Test
    void aPictureTellsHowItWasMade() {
        String text =
                "a cat, sitting\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, Size: 64x32";
        String png = Base64.getEncoder().encodeToString(Png.with("parameters", text));

        Response answer = post("png-info", "{\"image\": \"" + png + "\"}");

        assertThat(answer.<String>path("info")).isEqualTo(text);
        JsonPath parameters = answer.jsonPath().setRootPath("parameters");
        assertThat(parameters.getString("Prompt")).isEqualTo("a cat, sitting");
        assertThat(parameters.getString("'Size-1'")).isEqualTo("64");
    }

    @Test
    void aPicturesOtherTextsAreItems() {
        String png = Base64.getEncoder().encodeToString(Png.with("Title", "Cat"));

        Response answer = post("png-info", "{\"image\": \"" + png + "\"}");

        assertThat(answer.<String>path("info")).isEmpty();
        assertThat(answer.<String>path("items.Title")).isEqualTo("Cat");
    }

    @ParameterizedTest
    @ValueSource(strings = {"!!!", "aGVsbG8=", "data:image/png;base64,%%%"})
    void whatIsNoPictureIs500AsThere(String image) {
        Response answer = post("png-info", "{\"image\": \"" + image + "\"}");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.<String>path("detail")).isEqualTo("Invalid encoded image");
    }

    private static Set<String> keys(JsonPath json, String path) {
        Map<String, Object> object = json.getMap(path);
        return object.keySet();
    }

    private void awaitIdle() {
        Instant end = Instant.now().plusSeconds(20);
        while (get("progress").<Integer>path("state.job_count") != 0) {
            assertThat(Instant.now()).isBefore(end);
        }
        assertThat(get("progress").jsonPath().getDouble("progress")).isZero();
    }

    private void awaitBusy() {
        Instant end = Instant.now().plusSeconds(20);
        while (get("progress").<Integer>path("state.job_count") == 0) {
            assertThat(Instant.now()).isBefore(end);
        }
    }

    private static CompletableFuture<Response> paint(String body) {
        return CompletableFuture.supplyAsync(() -> post("txt2img", body));
    }

    private static Response post(String path, String body) {
        return Client.PAINTER.post("/sdapi/v1/" + path, body);
    }

    private static Response get(String path) {
        return Client.PAINTER.get("/sdapi/v1/" + path);
    }
}
