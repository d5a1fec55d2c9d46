package huafang.gateway.sdapi;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.generation.Enlargement;
import huafang.contracts.infotext.PngText;
import huafang.contracts.job.ImageTask;
import huafang.gateway.Client;
import huafang.gateway.PlayedWorker;
import huafang.gateway.Png;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Enlarging as AUTOMATIC1111's clients ask for it. */
@QuarkusTest
class ExtrasTest extends PlayedWorker {
    private static final String PICTURE = Png.base64(40, 30, false);

    @Test
    void aPictureIsEnlargedByTwoUpscalers() {
        var answer =
                enlarge(
                        "single-image",
                        "{'image': 'data:image/png;base64,P', 'upscaling_resize': 4, 'upscaler_1': 'sharp-x4', 'upscaler_2': 'Lanczos', 'extras_upscaler_2_visibility': '0.25'}");
        ImageTask task = worker.next();
        byte[] png = worker.finish(task);
        var enlargement = (Enlargement) task.parameters();

        assertThat(enlargement.scale()).isEqualTo(4);
        assertThat(enlargement.width()).isEqualTo(160);
        assertThat(enlargement.height()).isEqualTo(120);
        assertThat(enlargement.upscaler().file().file()).isEqualTo("sharp-x4.safetensors");
        assertThat(enlargement.second()).isEqualTo(new Enlargement.Upscaler("Lanczos", null));
        assertThat(enlargement.secondVisibility()).isEqualTo(0.25);
        assertThat(task.save()).isFalse();
        assertThat(answer.join().<String>path("image"))
                .isEqualTo(Base64.getEncoder().encodeToString(png));
        assertThat(answer.join().<String>path("html_info"))
                .contains("Postprocess upscale by: 4, Postprocess upscaler: sharp-x4");
    }

    @Test
    void aSizeIsCutToItsShapeUnlessThatIsNotWanted() {
        String body =
                "{'image': 'P', 'resize_mode': 1, 'upscaling_resize_w': 100, 'upscaling_resize_h': 100, 'upscaler_1': 'Nearest', 'upscaling_crop': %s}";
        Enlargement cut = asked(body.formatted(true));
        Enlargement whole = asked(body.formatted(false));

        assertThat(List.of(cut.width(), cut.height())).containsExactly(100, 100);
        assertThat(List.of(whole.width(), whole.height())).containsExactly(136, 104);
        assertThat(cut.scale()).isEqualTo(whole.scale());
    }

    @Test
    void severalPicturesComeBackInTheirOrder() {
        String[] pictures = {told("one"), told("two")};
        var answer =
                enlarge(
                        "batch-images",
                        "{'imageList': [{'data': '%s', 'name': 'a'}, {'data': '%s', 'name': 'b'}], 'upscaler_1': 'Lanczos'}"
                                .formatted(pictures[0], pictures[1]));
        worker.finish(worker.next());
        worker.finish(worker.next());
        List<String> images = answer.join().path("images");

        assertThat(images).hasSize(2);
        assertThat(infotext(images.get(0))).startsWith("one, Postprocess upscale by: 2");
        assertThat(infotext(images.get(1))).startsWith("two, Postprocess upscale by: 2");
    }

    private static String told(String infotext) {
        return Base64.getEncoder().encodeToString(Png.with("parameters", infotext));
    }

    private static String infotext(String png) {
        return PngText.read(Base64.getDecoder().decode(png)).get("parameters");
    }

    @Test
    void withoutAnUpscalerThePictureComesBackAsItWas() {
        Response answer = post("single-image", "{'image': 'P', 'upscaling_resize': 4}");

        var picture = Png.read(Base64.getDecoder().decode(answer.<String>path("image")));
        assertThat(picture.getWidth()).isEqualTo(40);
        assertThat(picture.getRGB(3, 3)).isEqualTo(0xFFFF0000);
        assertThat(worker.next(Duration.ofMillis(100))).isNull();
    }

    @Test
    void aPictureThatFailsIsToldWithItsReason() {
        var answer = enlarge("single-image", "{'image': 'P', 'upscaler_1': 'Lanczos'}");
        worker.fail(worker.next(), "Too large.");

        assertThat(answer.join().statusCode()).isEqualTo(500);
        assertThat(answer.join().<String>path("detail")).isEqualTo("Too large.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                  | 422 | image",
                "{'image': '!'}                                      | 500 | Invalid encoded image",
                "{'image': 'P', 'gfpgan_visibility': 0.5}            | 422 | gfpgan_visibility",
                "{'image': 'P', 'codeformer_visibility': 1}          | 422 | codeformer_visibility",
                "{'image': 'P', 'resize_mode': 2}                    | 422 | resize_mode",
                "{'image': 'P', 'upscaler_1': 'nobody'}              | 422 | upscaler_1",
                "{'image': 'P', 'upscaler_1': 'Lanczos', 'upscaler_2': 'nobody', 'extras_upscaler_2_visibility': 1} | 422 | upscaler_2",
                "{'image': 'P', 'upscaler_1': 'Lanczos', 'upscaling_resize': 9} | 422 | upscaling_resize",
                "{'image': 'P', 'upscaler_1': 'Lanczos', 'resize_mode': 1, 'upscaling_resize_w': -1} | 422 | upscaling_resize_w",
            })
    void whatCannotBeHonouredIsRefusedByName(String body, int status, String name) {
        Response answer = post("single-image", body);

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.asString()).contains(name);
        assertThat(worker.next(Duration.ofMillis(100))).isNull();
    }

    private Enlargement asked(String body) {
        var answer = enlarge("single-image", body);
        ImageTask task = worker.next();
        worker.finish(task);
        assertThat(answer.join().statusCode()).isEqualTo(200);
        return (Enlargement) task.parameters();
    }

    private static Response post(String what, String json) {
        String body = json.replace("P'", PICTURE + "'");
        return Client.PAINTER.post("/sdapi/v1/extra-" + what, body.replace('\'', '"'));
    }

    private static CompletableFuture<Response> enlarge(String what, String json) {
        return CompletableFuture.supplyAsync(() -> post(what, json));
    }
}
