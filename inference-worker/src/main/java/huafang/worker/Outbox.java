package huafang.worker;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.Alive;
import huafang.contracts.job.Asked;
import huafang.contracts.job.Begun;
import huafang.contracts.job.Codec;
import huafang.contracts.job.GeneratedImage;
import huafang.contracts.job.HandedBack;
import huafang.contracts.job.ImageTask;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.KeptAside;
import huafang.contracts.job.StepsDone;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.jboss.logging.Logger;

/**
 * Publishes what the worker has to say. Each future is done when the broker has acknowledged the
 * record, with the place where it lies.
 */
@Singleton
class Outbox {
    private static final Logger LOG = Logger.getLogger(Outbox.class);

    private final MutinyEmitter<byte[]> emitter;

    Outbox(@Channel("outbox") MutinyEmitter<byte[]> emitter) {
        this.emitter = emitter;
    }

    /** Publishes an event that may be lost: of the next one, or the end, more can be learnt. */
    void mention(JobEvent.Started event) {
        quietly(event, publish(event));
    }

    /** Likewise; the future is done when that is told, or lost. */
    CompletableFuture<?> mention(StepsDone steps) {
        return quietly(
                steps,
                send(Topic.GENERATION_STEPS, null, Codec.encode(steps), new RecordHeaders()));
    }

    private static CompletableFuture<?> quietly(Object word, CompletableFuture<?> sent) {
        return sent.handle((place, problem) -> {
            if (problem != null) {
                LOG.debugf(problem, "not published: %s", word);
            }
            return null;
        });
    }

    CompletableFuture<RecordMetadata> publish(JobEvent event) {
        return send(
                Topic.GENERATION_EVENTS,
                event.jobId().toString(),
                Codec.encode(event),
                new RecordHeaders());
    }

    CompletableFuture<RecordMetadata> publish(String topic, ImageTask task) {
        return send(topic, task.key().toString(), Codec.encode(task), new RecordHeaders());
    }

    CompletableFuture<RecordMetadata> publish(Begun word) {
        return tellOthers(word.key(), word);
    }

    CompletableFuture<RecordMetadata> publish(HandedBack word) {
        return tellOthers(word.place(), word);
    }

    CompletableFuture<RecordMetadata> publish(Asked word) {
        return tellOthers(word.key(), word);
    }

    void mention(Asked word) {
        quietly(word, publish(word));
    }

    void mention(Alive word) {
        quietly(word, tellOthers(word.key(), word));
    }

    private CompletableFuture<RecordMetadata> tellOthers(String key, Record word) {
        return send(Topic.GENERATION_CONTROL, key, Codec.encode(word), new RecordHeaders());
    }

    CompletableFuture<RecordMetadata> publish(GeneratedImage image, byte[] png) {
        var headers = new RecordHeaders().add(GeneratedImage.HEADER, Codec.encode(image));
        return send(Topic.GENERATED_IMAGES, image.key().toString(), png, headers);
    }

    /** Keeps a task for inspection, in its own bytes. */
    CompletableFuture<RecordMetadata> setAside(String key, byte[] task, String reason) {
        var headers =
                new RecordHeaders().add(KeptAside.REASON, reason.getBytes(StandardCharsets.UTF_8));
        return send(Topic.GENERATION_JOBS_ASIDE, key, task, headers);
    }

    private CompletableFuture<RecordMetadata> send(
            String topic, String key, byte[] value, Headers headers) {
        var record =
                OutgoingKafkaRecordMetadata.<String>builder()
                        .withTopic(topic)
                        .withKey(key)
                        .withHeaders(headers)
                        .build();
        var place = new OutgoingMessageMetadata<RecordMetadata>();
        var message = Message.of(value, Metadata.of(record, place));
        return Uni.createFrom()
                .deferred(() -> emitter.sendMessage(message))
                .map(acknowledged -> place.getResult())
                .subscribeAsCompletionStage();
    }
}
