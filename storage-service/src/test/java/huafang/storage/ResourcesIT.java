package huafang.storage;

import static huafang.storage.Samples.AT;
import static huafang.storage.Samples.PARAMETERS;
import static huafang.storage.Samples.accepted;
import static huafang.storage.Samples.bytes;
import static huafang.storage.Samples.image;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import huafang.contracts.job.Codec;
import huafang.contracts.job.GeneratedImage;
import huafang.contracts.job.ImageKey;
import huafang.contracts.job.JobEvent;
import huafang.contracts.ledger.KeyClaim;
import huafang.contracts.ledger.LedgerJob;
import huafang.contracts.ledger.StoredImage;
import huafang.servers.DatabaseResource;
import huafang.servers.KafkaBrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaBrokerResource.class)
@QuarkusTestResource(DatabaseResource.class)
class ResourcesIT {
    @Inject Ledger ledger;
    @Inject IdempotencyKeys keys;
    @Inject Pictures pictures;
    @Inject Pool pool;

    @Test
    void onlyTheServiceAccountMayAsk() {
        String[] paths = {
            "/internal/jobs",
            "/internal/jobs/" + UUID.randomUUID(),
            "/internal/images?owner=admin",
            "/internal/images/" + UUID.randomUUID() + "/0?owner=admin"
        };
        for (String path : paths) {
            given().get(path).then().statusCode(401);
            given().auth().preemptive().basic("service", "wrong").get(path).then().statusCode(401);
        }
        given().auth()
                .preemptive()
                .basic("service", "wrong")
                .contentType("application/json")
                .body(Codec.encode(new KeyClaim(UUID.randomUUID(), "h")))
                .put("/internal/idempotency-keys?owner=a&key=k")
                .then()
                .statusCode(401);
        given().post("/internal/jobs/%s/cancellation?images=1".formatted(UUID.randomUUID()))
                .then()
                .statusCode(401);
    }

    @Test
    void aJobReadsAsTheLedgerHasIt() {
        UUID job = UUID.randomUUID();
        ledger.apply(pool, accepted(job, 2)).await().indefinitely();

        byte[] body =
                service()
                        .get("/internal/jobs/" + job)
                        .then()
                        .statusCode(200)
                        .body("acceptedAt", equalTo(AT.toString()))
                        .extract()
                        .asByteArray();

        assertThat(Codec.decode(body, LedgerJob.class))
                .isEqualTo(ledger.find(job).await().indefinitely());
        service().get("/internal/jobs/" + UUID.randomUUID()).then().statusCode(404);
        service().get("/internal/jobs/no-id").then().statusCode(404);
    }

    @Test
    void jobsThatHaveNotEndedAreListedPageByPage() {
        var open = new ArrayList<UUID>();
        for (int i = 0; i < 5; i++) {
            UUID job = UUID.randomUUID();
            open.add(job);
            apply(accepted(job, 3));
            apply(new JobEvent.Started(job, 0, 1, "worker", AT));
            apply(new JobEvent.Finished(job, 1, 0, 7, 5, AT));
        }
        UUID ended = UUID.randomUUID();
        apply(accepted(ended, 1));
        apply(new JobEvent.Failed(ended, 0, "Died.", AT));
        UUID unheard = UUID.randomUUID();
        apply(new JobEvent.Started(unheard, 0, 1, "worker", AT));

        var listed = new ArrayList<LedgerJob>();
        List<LedgerJob> page;
        String after = "";
        do {
            page = List.of(unfinished("limit=2&after=" + after));
            listed.addAll(page);
            after = page.isEmpty() ? "" : page.getLast().jobId().toString();
        } while (page.size() == 2);

        assertThat(listed).extracting(LedgerJob::jobId).doesNotHaveDuplicates();
        assertThat(listed)
                .extracting(LedgerJob::jobId)
                .containsAll(open)
                .doesNotContain(ended, unheard);
        assertThat(listed).contains(ledger.find(open.getFirst()).await().indefinitely());
        service().get("/internal/jobs?limit=0").then().statusCode(400);
    }

    private void apply(JobEvent event) {
        ledger.apply(pool, event).await().indefinitely();
    }

    private static LedgerJob[] unfinished(String query) {
        return Codec.decode(
                service()
                        .get("/internal/jobs?" + query)
                        .then()
                        .statusCode(200)
                        .extract()
                        .asByteArray(),
                LedgerJob[].class);
    }

    @Test
    void aCancellationTellsWhichImagesAreCancelled() {
        UUID job = UUID.randomUUID();
        ledger.apply(pool, new JobEvent.Failed(job, 1, "Died.", AT)).await().indefinitely();

        service()
                .post("/internal/jobs/%s/cancellation?images=3".formatted(job))
                .then()
                .statusCode(200)
                .body("$", equalTo(List.of(0, 2)));
        service()
                .post("/internal/jobs/%s/cancellation?images=0".formatted(job))
                .then()
                .statusCode(400);
    }

    @Test
    void theGalleryPagesThroughOneOwnersPicturesNewestFirst() {
        String owner = "画家 " + UUID.randomUUID();
        var keys = new ArrayList<ImageKey>();
        for (int i = 0; i < 5; i++) {
            var mine = image(new ImageKey(UUID.randomUUID(), i), owner, true);
            keys.addFirst(mine.key());
            store(mine);
            store(image("someone else", true));
            store(image(owner.toUpperCase() + "X", true));
        }

        var first = gallery(owner, "limit=2");
        var second = gallery(owner, "limit=2&before=" + first.getLast().id());
        var third = gallery(owner, "limit=2&before=" + second.getLast().id());

        assertThat(first).hasSize(2);
        assertThat(second).hasSize(2);
        assertThat(third).hasSize(1);
        assertThat(List.of(first, second, third).stream().flatMap(List::stream))
                .extracting(StoredImage::key)
                .isEqualTo(keys);
        assertThat(first.getFirst().parameters()).isEqualTo(PARAMETERS);
        assertThat(first.getFirst().finishedAt()).isEqualTo(AT);
        assertThat(gallery(owner, "limit=50")).hasSize(5);
        assertThat(gallery(owner.toUpperCase(), "limit=50")).isEmpty();
    }

    @Test
    void aPictureIsItsOwnersAlone() {
        var mine = image("mine", true);
        store(mine);
        String path = "/internal/images/" + mine.key();

        byte[] png =
                service()
                        .get(path + "?owner=mine")
                        .then()
                        .statusCode(200)
                        .contentType("image/png")
                        .extract()
                        .asByteArray();

        assertThat(png).isEqualTo(bytes(1000));
        service().get(path + "?owner=MINE").then().statusCode(404);
        service().get(path + "?owner=other").then().statusCode(404);
        service()
                .get("/internal/images/" + UUID.randomUUID() + "/0?owner=mine")
                .then()
                .statusCode(404);
    }

    @Test
    void ofSixteenClaimsAtOnceOneHolds() throws Exception {
        var claims =
                IntStream.range(0, 16)
                        .mapToObj(i -> new KeyClaim(UUID.randomUUID(), "hash " + i))
                        .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers =
                    threads
                            .invokeAll(
                                    claims.stream()
                                            .<Callable<KeyClaim>>map(
                                                    claim -> () -> claim("admin", "race", claim))
                                            .toList())
                            .stream()
                            .map(answer -> answer.resultNow())
                            .distinct()
                            .toList();
            assertThat(answers).hasSize(1);
            assertThat(claims).containsAll(answers);
        }
    }

    @Test
    void anOwnersKeyStandsForItsFirstJob() {
        var first = new KeyClaim(UUID.randomUUID(), "a");
        var second = new KeyClaim(UUID.randomUUID(), "b");

        assertThat(claim("one", "key", first)).isEqualTo(first);
        assertThat(claim("one", "key", second)).isEqualTo(first);
        assertThat(claim("two", "key", second)).isEqualTo(second);
        assertThat(claim("one", "KEY", second)).isEqualTo(second);
    }

    @Test
    void whatCannotBeAskedIsRefused() {
        String[] queries = {
            "", "?owner=", "?owner=a%20", "?owner=a&limit=0", "?owner=" + "x".repeat(256)
        };
        for (String query : queries) {
            service()
                    .urlEncodingEnabled(false)
                    .get("/internal/images" + query)
                    .then()
                    .statusCode(400);
        }
        for (String body : new String[] {"{}", "", "null", "{\"jobId\":7}", "["}) {
            service()
                    .contentType("application/json")
                    .body(body)
                    .put("/internal/idempotency-keys?owner=a&key=b")
                    .then()
                    .statusCode(400);
        }
    }

    private void store(GeneratedImage image) {
        pictures.insert(pool, image, bytes(1000)).await().indefinitely();
    }

    private static List<StoredImage> gallery(String owner, String rest) {
        byte[] body =
                service()
                        .queryParam("owner", owner)
                        .get("/internal/images?" + rest)
                        .then()
                        .statusCode(200)
                        .extract()
                        .asByteArray();
        return Arrays.asList(Codec.decode(body, StoredImage[].class));
    }

    private static KeyClaim claim(String owner, String key, KeyClaim claim) {
        byte[] body =
                service()
                        .contentType("application/json")
                        .queryParam("owner", owner)
                        .queryParam("key", key)
                        .body(Codec.encode(claim))
                        .put("/internal/idempotency-keys")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asByteArray();
        return Codec.decode(body, KeyClaim.class);
    }

    @Test
    void keysAreForgottenLongAfterAnybodyAsksAgain() {
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        keys.claim("forgetful", "old", new KeyClaim(first, "h")).await().indefinitely();
        keys.claim("forgetful", "new", new KeyClaim(first, "h")).await().indefinitely();
        pool.query(
                        "UPDATE idempotency_keys SET claimed_at = claimed_at - INTERVAL 31 DAY"
                                + " WHERE owner = 'forgetful' AND idempotency_key = 'old'")
                .execute()
                .await()
                .indefinitely();

        keys.forgetOld();

        assertThat(
                        keys.claim("forgetful", "old", new KeyClaim(second, "h"))
                                .await()
                                .indefinitely()
                                .jobId())
                .isEqualTo(second);
        assertThat(
                        keys.claim("forgetful", "new", new KeyClaim(second, "h"))
                                .await()
                                .indefinitely()
                                .jobId())
                .isEqualTo(first);
    }

    private static RequestSpecification service() {
        return given().auth().preemptive().basic("service", "only-in-tests");
    }
}
