package huafang.downloader;

import static huafang.downloader.FileServer.checkpoint;
import static huafang.downloader.FileServer.models;
import static huafang.downloader.FileServer.url;
import static huafang.downloader.Service.asked;
import static huafang.downloader.Service.download;
import static huafang.downloader.Service.fetch;
import static huafang.downloader.Service.model;
import static huafang.downloader.Service.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import huafang.contracts.catalogue.Checkpoint;
import huafang.contracts.catalogue.Download;
import huafang.contracts.catalogue.Download.State;
import huafang.contracts.catalogue.DownloadRequest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(FileServer.class)
class DownloadsIT {
    @Test
    void aCheckpointIsFetchedCheckedAndListed() throws Exception {
        String sha256 = sha256(checkpoint);
        var request = new DownloadRequest(url("tiny.safetensors"), sha256.toUpperCase(), null);
        var done = end(fetch(request));

        assertThat(done.state()).as(done.problem()).isEqualTo(State.DONE);
        assertThat(done.file()).isEqualTo("tiny.safetensors");
        assertThat(done.doneBytes()).isEqualTo(checkpoint.length);
        assertThat(done.totalBytes()).isEqualTo(checkpoint.length);
        assertThat(Files.readAllBytes(folder().resolve("tiny.safetensors"))).isEqualTo(checkpoint);
        await().atMost(Duration.ofSeconds(60)).until(() -> model("tiny.safetensors").isUsable());
        assertThat(model("tiny.safetensors"))
                .isEqualTo(
                        new Checkpoint(
                                "tiny.safetensors",
                                sha256,
                                checkpoint.length,
                                128,
                                192,
                                null,
                                "Stable Diffusion 1.x",
                                64));
        post(request)
                .then()
                .statusCode(409)
                .contentType("application/problem+json")
                .body("detail", containsString("tiny.safetensors is in the"));
    }

    @Test
    void progressIsSeenAndTheFileIsNotUntilItIsWhole() throws Exception {
        FileServer.half = new CountDownLatch(1);
        String file = "own name.safetensors";
        var begun = fetch(new DownloadRequest(url("slow.safetensors"), null, file));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> download(begun.id()).doneBytes() == checkpoint.length / 2);

        assertThat(download(begun.id()).state()).isEqualTo(State.RUNNING);
        assertThat(download(begun.id()).totalBytes()).isEqualTo(checkpoint.length);
        assertThat(everything()).doesNotContain(file);
        assertThat(model(file)).isNull();
        post(new DownloadRequest(url("tiny.safetensors"), null, file)).then().statusCode(409);

        FileServer.half.countDown();
        assertThat(end(begun).state()).isEqualTo(State.DONE);
        assertThat(everything()).contains(file);
        assertThat(asked().get("/internal/downloads").jsonPath().getList("id"))
                .contains(begun.id().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pickle.safetensors | pickle.safetensors: expected a safetensors file, found a Python pickle",
                "truncated.safetensors | truncated",
                "broken-off.safetensors | broken-off.safetensors",
                "huge.safetensors | Too little space for huge.safetensors",
                "missing.safetensors | localhost answered 404",
                "http.safetensors | found \"http://localhost/x.safetensors\", allowed: an https://",
                "round.safetensors | redirects more than 5 times"
            })
    void whatIsNoGoodLeavesNothing(String file, String problem) throws Exception {
        var failed = end(fetch(new DownloadRequest(url(file), null, null)));

        assertThat(failed.state()).isEqualTo(State.FAILED);
        assertThat(failed.problem()).contains(problem);
        assertThat(everything()).noneMatch(name -> name.contains(file));
        assertThat(model(file)).isNull();
    }

    @Test
    void anotherContentThanExpectedLeavesNothing() throws Exception {
        String expected = "0".repeat(64);
        var failed = end(fetch(new DownloadRequest(url("other.safetensors"), expected, null)));

        assertThat(failed.problem())
                .isEqualTo(
                        "other.safetensors has another content: expected sha256 %s, found %s"
                                .formatted(expected, sha256(checkpoint)));
        assertThat(everything()).noneMatch(name -> name.contains("other"));
    }

    @Test
    void aSilentServerIsGivenUp() throws Exception {
        FileServer.half = new CountDownLatch(1);
        var failed = end(fetch(new DownloadRequest(url("silent.safetensors"), null, null)));
        FileServer.half.countDown();

        assertThat(failed.problem()).isEqualTo("localhost was silent for 5 seconds.");
        assertThat(everything()).noneMatch(name -> name.contains("silent"));
    }

    @Test
    void aRedirectIsFollowed() {
        var done = end(fetch(new DownloadRequest(url("moved.safetensors"), null, null)));

        assertThat(done.state()).as(done.problem()).isEqualTo(State.DONE);
        assertThat(done.file()).isEqualTo("moved.safetensors");
    }

    @Test
    void whatBrokenDownloadsLeftIsGone() throws Exception {
        assertThat(everything()).doesNotContain(".left.safetensors.part");
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost/x.safetensors,,url",
        "ftp://localhost/x.safetensors,,url",
        "file:///etc/passwd,x.safetensors,url",
        "https://user@localhost/x.safetensors,,url",
        "not an address,,url",
        ",,url",
        "https://localhost/x.ckpt,,file",
        "https://localhost/,,file",
        "https://localhost/x.safetensors,../x.safetensors,file",
        "https://localhost/x.safetensors,sub/x.safetensors,file",
        "https://localhost/x.safetensors,.x.safetensors,file",
        "https://localhost/a%5C..%5Cx.safetensors,,file",
        "https://localhost/x%00.safetensors,,file",
        "https://localhost/x.safetensors,x.safetensors.exe,file"
    })
    void whatCannotBeAskedIsRefused(String url, String file, String field) {
        post(new DownloadRequest(url, null, file))
                .then()
                .statusCode(400)
                .body("detail", containsString(field + ": found"));
    }

    @Test
    void aChecksumIsSixtyFourDigits() {
        post(new DownloadRequest("https://localhost/x.safetensors", "abc", null))
                .then()
                .statusCode(400)
                .body("detail", equalTo("sha256: found \"abc\", allowed: 64 hexadecimal digits"));
    }

    @Test
    void onlyTheServiceAccountMayAsk() {
        for (String path : new String[] {"/internal/models", "/internal/downloads"}) {
            given().get(path).then().statusCode(401);
            given().auth().preemptive().basic("service", "wrong").get(path).then().statusCode(401);
        }
        given().contentType("application/json")
                .body("{}")
                .post("/internal/downloads")
                .then()
                .statusCode(401);
        asked().get("/internal/downloads/" + UUID.randomUUID()).then().statusCode(404);
    }

    private static Download end(Download begun) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> download(begun.id()),
                        now -> now.state() == State.DONE || now.state() == State.FAILED);
    }

    private static Path folder() {
        return models.resolve("Stable-diffusion");
    }

    private static List<String> everything() throws IOException {
        try (var files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    static String sha256(byte[] bytes) {
        var sha256 = new Sha256();
        sha256.update(bytes, bytes.length);
        return sha256.hex();
    }
}
