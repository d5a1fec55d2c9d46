package huafang.gateway.sdapi;

import static huafang.gateway.ScriptedWorker.painting;
import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.generation.Inpainting;
import huafang.contracts.generation.MaskedContent;
import huafang.contracts.generation.ResizeMode;
import huafang.contracts.generation.Start;
import huafang.gateway.Client;
import huafang.gateway.PlayedWorker;
import huafang.gateway.Png;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class Img2ImgTest extends PlayedWorker {
    private static final String PICTURE = Png.base64(40, 30, false);
    private static final String MASK = Png.base64(40, 30, true);

    @Test
    void aPictureIsPublishedOnceAndNamedByAllImages() {
        var answer =
                paint(
                        "{'init_images': ['data:image/png;base64,%s'], 'n_iter': 2, 'resize_mode': 2, 'denoising_strength': 0.4, 'initial_noise_multiplier': 0.5}"
                                .formatted(PICTURE));
        var first = worker.next();
        var second = worker.next();
        worker.finish(first);
        worker.finish(second);
        Start start = painting(first).start();

        assertThat(painting(second).start()).isEqualTo(start);
        assertThat(start.resize()).isEqualTo(ResizeMode.RESIZE_AND_FILL);
        assertThat(start.strength()).isEqualTo(0.4);
        assertThat(start.noiseMultiplier()).isEqualTo(0.5);
        assertThat(start.inpainting()).isNull();
        var picture = Png.read(worker.input(start.picture()));
        assertThat(picture.getWidth()).isEqualTo(40);
        assertThat(picture.getRGB(39, 29)).isEqualTo(0xFFFF0000);
        JsonPath body = answer.join().jsonPath();
        assertThat(body.getList("images")).hasSize(2);
        assertThat(body.getString("parameters.init_images")).isNull();
        assertThat(body.getInt("parameters.resize_mode")).isEqualTo(2);
        JsonPath info = new JsonPath(body.getString("info"));
        assertThat(info.getDouble("denoising_strength")).isEqualTo(0.4);
        assertThat(info.getString("infotexts[0]"))
                .contains("Denoising strength: 0.4, Init image hash: ")
                .contains("Noise multiplier: 0.5");
    }

    @Test
    void aMaskIsTheTransparencyOfItsPicture() {
        var answer =
                paint(
                        "{'init_images': ['%s'], 'mask': '%s', 'mask_blur_x': 1, 'mask_blur_y': 2, 'inpainting_fill': 2, 'inpaint_full_res_padding': 8, 'inpainting_mask_invert': 1, 'width': 64, 'height': 72, 'override_settings': {'inpainting_mask_weight': 0.25}}"
                                .formatted(MASK, MASK));
        var task = worker.next();
        worker.finish(task);
        Start start = painting(task).start();
        Inpainting inpainting = start.inpainting();

        assertThat(painting(task).height()).isEqualTo(72);
        assertThat(inpainting)
                .isEqualTo(
                        new Inpainting(
                                inpainting.mask(),
                                true,
                                1,
                                2,
                                true,
                                MaskedContent.LATENT_NOISE,
                                true,
                                8,
                                0.25));
        var mask = Png.read(worker.input(inpainting.mask()));
        assertThat(mask.getRGB(0, 0)).isEqualTo(0xFF000000);
        assertThat(mask.getRGB(39, 0)).isEqualTo(0xFFFFFFFF);
        var picture = Png.read(worker.input(start.picture()));
        assertThat(picture.getRGB(0, 0)).as("seen on white").isEqualTo(0xFFFFFFFF);
        JsonPath info = new JsonPath(answer.join().<String>path("info"));
        assertThat(info.getString("infotexts[0]"))
                .contains(
                        "Conditional mask weight: 0.25, ",
                        "Mask mode: Inpaint not masked, Mask blur: 2, Inpaint area: Only masked, Masked area padding: 8, Masked content: latent noise");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                             | 404 | Init image not found",
                "{'init_images': []}                            | 404 | Init image not found",
                "{'init_images': ['!']}                         | 500 | Invalid encoded image",
                "{'init_images': ['AAAA']}                      | 422 | init_images",
                "{'init_images': ['https://example.com/a.png']} | 422 | not visited",
                "{'init_images': ['P', 'P']}                    | 422 | one picture",
                "{'init_images': ['P'], 'resize_mode': 4}       | 422 | resize_mode",
                "{'init_images': ['P'], 'denoising_strength': 2} | 422 | denoising_strength",
                "{'init_images': ['P'], 'mask': 'P', 'mask_blur': 99} | 422 | mask_blur",
                "{'init_images': ['P'], 'mask': 'P', 'inpainting_fill': 9} | 422 | inpainting_fill",
                "{'init_images': ['P'], 'override_settings': {'inpainting_mask_weight': 2}} | 422 | inpainting_mask_weight",
                "{'init_images': ['P'], 'latent_mask': 'P'}     | 422 | latent_mask"
            })
    void whatCannotBeHonouredIsRefusedByName(String json, int status, String name) {
        Response answer = post(json.replace("'P'", "'" + PICTURE + "'"));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.asString()).contains(name);
    }

    @Test
    void aPictureOfTooManyPixelsIsRefusedByItsHeader() {
        Response answer = post("{'init_images': ['%s']}".formatted(Png.base64(5000, 4000, false)));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.asString()).contains("5000 x 4000");
    }

    private static Response post(String json) {
        return Client.PAINTER.post("/sdapi/v1/img2img", json.replace('\'', '"'));
    }

    private static CompletableFuture<Response> paint(String json) {
        return CompletableFuture.supplyAsync(() -> post(json));
    }
}
