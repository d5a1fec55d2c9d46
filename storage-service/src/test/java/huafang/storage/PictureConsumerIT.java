package huafang.storage;

import static huafang.storage.Samples.AT;
import static huafang.storage.Samples.bytes;
import static huafang.storage.Samples.image;
import static huafang.storage.Samples.soon;
import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.broker.Topic;
import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.InputPicture;
import huafang.contracts.generation.Model;
import huafang.contracts.job.Codec;
import huafang.contracts.job.GeneratedImage;
import huafang.contracts.job.ImageKey;
import huafang.contracts.job.ImageState;
import huafang.contracts.job.JobEvent;
import huafang.servers.DatabaseResource;
import huafang.servers.KafkaBrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaBrokerResource.class)
@QuarkusTestResource(DatabaseResource.class)
class PictureConsumerIT {
    private static final String STATE =
            "SELECT state, topic_partition, topic_offset FROM ledger_images WHERE job_id = ?";

    @Inject DataSource database;

    @Test
    void theElevenColumnsAreWhatPeopleKnow() throws Exception {
        var image = image("admin", true);
        byte[] png = bytes(100_001);
        try (var publisher = new Publisher()) {
            publisher.picture(image, png);
        }
        awaitRow(image);

        var rows =
                Tables.select(
                        database,
                        """
                        SELECT prompt, negative_prompt, steps, seed, sampler, cfg_scale, size, model_hash,
                          model, image_base64 FROM generated_images WHERE job_id = ?
                        """,
                        image.key().jobId().toString());
        assertThat(rows.getFirst().subList(0, 9))
                .containsExactly(
                        "puppy dog",
                        "blurry",
                        "5",
                        "4294967293",
                        "Euler a",
                        "7",
                        "512x768",
                        "0123456789",
                        "huafang-demo");
        assertThat(Base64.getDecoder().decode(rows.getFirst().get(9))).isEqualTo(png);
        assertThat(
                        Tables.select(
                                        database,
                                        """
                                        SELECT column_name FROM information_schema.columns
                                        WHERE table_schema = DATABASE() AND table_name = 'generated_images'
                                        ORDER BY ordinal_position
                                        """)
                                .stream()
                                .map(List::getFirst)
                                .limit(11))
                .containsExactly(
                        "id",
                        "prompt",
                        "negative_prompt",
                        "steps",
                        "seed",
                        "sampler",
                        "cfg_scale",
                        "size",
                        "model_hash",
                        "model",
                        "image_base64");
    }

    @Test
    void anEnlargedPictureHasItsSizeAndItsUpscalerInTheRow() throws Exception {
        var parameters =
                new Enlargement(
                        new InputPicture(0, 1, 2, "ab".repeat(32), "cd".repeat(16)),
                        4,
                        2048,
                        1024,
                        new Enlargement.Upscaler(
                                "sharp", new Model("x/sharp.safetensors", "78".repeat(32))),
                        null,
                        0,
                        "a house\nSteps: 4");
        var image =
                new GeneratedImage(
                        new ImageKey(UUID.randomUUID(), 0), "admin", parameters, true, 1, AT);
        try (var publisher = new Publisher()) {
            publisher.picture(image, bytes(10));
        }
        awaitRow(image);

        var row =
                Tables.select(
                                database,
                                "SELECT prompt, seed, size, model_hash, model, parameters FROM generated_images WHERE job_id = ?",
                                image.key().jobId().toString())
                        .getFirst();
        assertThat(row.subList(0, 5)).containsExactly("", "", "2048x1024", "7878787878", "sharp");
        assertThat(Columns.parameters(row.get(5))).isEqualTo(parameters);
    }

    @Test
    void promptsKeepEveryCharacter() throws Exception {
        var key = new ImageKey(UUID.randomUUID(), 3);
        var parameters = Samples.painting("山上的红房子 🏔, it's \"dusk\"\nline two");
        var image = new GeneratedImage(key, "画家", parameters, true, 1, AT);
        try (var publisher = new Publisher()) {
            publisher.picture(image, bytes(10));
        }
        awaitRow(image);

        var row =
                Tables.select(
                                database,
                                "SELECT prompt, owner, cfg_scale, parameters FROM generated_images WHERE job_id = ?",
                                key.jobId().toString())
                        .getFirst();
        assertThat(row.subList(0, 3)).containsExactly(parameters.prompt(), "画家", "7.5");
        assertThat(Columns.parameters(row.get(3))).isEqualTo(parameters);
    }

    @Test
    void aRedeliveryChangesNothing() throws Exception {
        var image = image("admin", true);
        var next = image("admin", true);
        try (var publisher = new Publisher()) {
            var first = publisher.picture(image, bytes(10));
            awaitRow(image);
            var before = rowsOf(image);
            publisher.picture(image, bytes(10));
            publisher.picture(image, bytes(20));
            publisher.send(
                    new ProducerRecord<>(
                            Topic.GENERATED_IMAGES,
                            first.partition(),
                            "",
                            bytes(5),
                            List.of(new RecordHeader(GeneratedImage.HEADER, Codec.encode(next)))));
            awaitRow(next);

            assertThat(rowsOf(image)).hasSize(1).isEqualTo(before);
            assertThat(stateOf(image))
                    .containsExactly("FINISHED", first.partition() + "", first.offset() + "");
        }
    }

    @Test
    void withoutSavingThereIsNoRowButALedger() throws Exception {
        var image = image("admin", false);
        try (var publisher = new Publisher()) {
            publisher.picture(image, bytes(10));
        }
        soon().until(() -> "FINISHED".equals(stateOf(image).getFirst()));

        assertThat(rowsOf(image)).isEmpty();
    }

    @Test
    void aPictureThatComesAfterItsFailureIsNotStored() throws Exception {
        var image = image("admin", true);
        UUID job = image.key().jobId();
        try (var publisher = new Publisher()) {
            publisher.event(new JobEvent.Failed(job, 0, "Three workers died over it.", AT));
            soon().until(() -> "FAILED".equals(stateOf(image).getFirst()));
            var late = publisher.picture(image, bytes(10));
            var after = image("admin", true);
            publisher.send(
                    new ProducerRecord<>(
                            Topic.GENERATED_IMAGES,
                            late.partition(),
                            "",
                            bytes(5),
                            List.of(new RecordHeader(GeneratedImage.HEADER, Codec.encode(after)))));
            awaitRow(after);
        }

        assertThat(rowsOf(image)).isEmpty();
        assertThat(stateOf(image).getFirst()).isEqualTo(ImageState.FAILED.name());
    }

    @Test
    void recordsThatAreNoPicturesAreHeldByNobody() throws Exception {
        var image = image("admin", true);
        var header = new RecordHeader(GeneratedImage.HEADER, Codec.encode(image));
        var broken = new RecordHeader(GeneratedImage.HEADER, "{\"key\":".getBytes());
        var tooLong =
                new RecordHeader(GeneratedImage.HEADER, Codec.encode(image("x".repeat(300), true)));
        String topic = Topic.GENERATED_IMAGES;
        try (var publisher = new Publisher()) {
            publisher.send(new ProducerRecord<>(topic, 2, null, bytes(3)));
            publisher.send(new ProducerRecord<>(topic, 2, "k", bytes(3), List.of(broken)));
            publisher.send(new ProducerRecord<>(topic, 2, "k", null, List.of(header)));
            publisher.send(new ProducerRecord<>(topic, 2, "k", bytes(3), List.of(tooLong)));
            publisher.send(new ProducerRecord<>(topic, 2, "k", bytes(3), List.of(header)));
        }
        awaitRow(image);
    }

    /** Its worker knows that the broker has it, and no more. */
    @Test
    void aPictureThatTheDatabaseRefusesHasFailedWhateverItsWorkerSaid() throws Exception {
        var image = image("x".repeat(300), true);
        UUID job = image.key().jobId();
        try (var publisher = new Publisher()) {
            publisher.event(new JobEvent.Finished(job, 0, 0, 7, 5, AT));
            soon().until(() -> "FINISHED".equals(stateOf(image).getFirst()));
            publisher.picture(image, bytes(3));
            soon().until(() -> "FAILED".equals(stateOf(image).getFirst()));
            publisher.event(new JobEvent.Finished(job, 0, 0, 7, 5, AT));
        }

        assertThat(rowsOf(image)).isEmpty();
        JobEvent.Failed told = failureOf(job);
        assertThat(told.decided()).isTrue();
        assertThat(told.reason())
                .isEqualTo(
                        "The picture was painted, but cannot be stored: Data too long for column 'owner' at row 1");
        assertThat(
                        Tables.select(
                                database,
                                "SELECT state, reason FROM ledger_images WHERE job_id = ?",
                                job.toString()))
                .containsExactly(List.of("FAILED", told.reason()));
    }

    /** As the gateways hear it. */
    private static JobEvent.Failed failureOf(UUID job) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        ConfigProvider.getConfig()
                                .getValue("kafka.bootstrap.servers", String.class));
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions =
                    consumer.partitionsFor(Topic.GENERATION_EVENTS).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Instant end = Instant.now().plusSeconds(60);
            while (Instant.now().isBefore(end)) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    if (job.toString().equals(record.key())
                            && Codec.decode(record.value(), JobEvent.class)
                                    instanceof JobEvent.Failed failed) {
                        return failed;
                    }
                }
            }
        }
        throw new AssertionError("nobody was told of a failure of " + job);
    }

    @Test
    void aPictureThatIsStoredStaysHoweverOftenItComes() throws Exception {
        var image = image("admin", true);
        var again =
                new GeneratedImage(image.key(), "x".repeat(300), image.parameters(), true, 1, AT);
        try (var publisher = new Publisher()) {
            publisher.picture(image, bytes(3));
            awaitRow(image);
            publisher.picture(again, bytes(3));
            var next = image(new ImageKey(image.key().jobId(), 1), "admin", true);
            publisher.picture(next, bytes(3));
            soon().until(() -> rowsOf(image).size() == 2);
        }

        assertThat(stateOf(image).getFirst()).isEqualTo("FINISHED");
    }

    @Test
    void theLargestPictureFits() throws Exception {
        var image = image("large", true);
        byte[] png = bytes(Topic.LARGEST_MESSAGE - 64 * 1024);
        try (var publisher = new Publisher()) {
            publisher.picture(image, png);
        }
        soon().until(() -> !rowsOf(image).isEmpty());

        assertThat(
                        Tables.select(
                                database,
                                "SELECT LENGTH(image_base64) FROM generated_images WHERE job_id = ?",
                                image.key().jobId().toString()))
                .containsExactly(List.of(String.valueOf((png.length + 2) / 3 * 4)));
    }

    private void awaitRow(GeneratedImage image) {
        soon().until(() -> rowsOf(image).size() == 1);
    }

    private List<List<String>> rowsOf(GeneratedImage image) throws Exception {
        return Tables.select(
                database,
                "SELECT id, SHA2(image_base64, 256) FROM generated_images WHERE job_id = ?",
                image.key().jobId().toString());
    }

    private List<String> stateOf(GeneratedImage image) throws Exception {
        var rows = Tables.select(database, STATE, image.key().jobId().toString());
        return rows.isEmpty() ? List.of("") : rows.getFirst();
    }
}
