package huafang.downloader;

import static io.restassured.RestAssured.given;

import huafang.contracts.catalogue.Checkpoint;
import huafang.contracts.catalogue.Download;
import huafang.contracts.catalogue.DownloadRequest;
import huafang.contracts.job.Codec;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Asks as the gateway does. */
final class Service {
    private Service() {}

    static RequestSpecification asked() {
        return given().auth().preemptive().basic("service", "only-in-tests");
    }

    static Checkpoint model(String file) {
        var body = asked().get("/internal/models").then().statusCode(200).extract();
        List<Checkpoint> models =
                Arrays.asList(Codec.decode(body.asByteArray(), Checkpoint[].class));
        return models.stream().filter(known -> known.file().equals(file)).findFirst().orElse(null);
    }

    static Response post(DownloadRequest request) {
        return asked().contentType("application/json")
                .body(Codec.encode(request))
                .post("/internal/downloads");
    }

    static Download fetch(DownloadRequest request) {
        var body = post(request).then().statusCode(202).extract();
        return Codec.decode(body.asByteArray(), Download.class);
    }

    static Download download(UUID id) {
        var body = asked().get("/internal/downloads/" + id).then().statusCode(200).extract();
        return Codec.decode(body.asByteArray(), Download.class);
    }
}
