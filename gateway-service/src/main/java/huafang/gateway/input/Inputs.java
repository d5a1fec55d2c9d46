package huafang.gateway.input;

import huafang.contracts.generation.InputPicture;
import huafang.gateway.problem.ProblemException;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/** Passes pictures on to the workers. */
@Singleton
public class Inputs {
    private static final Logger LOG = Logger.getLogger(Inputs.class);

    /** Longer than the producer waits for the broker. */
    private static final Duration PATIENCE = Duration.ofSeconds(13);

    private final MutinyEmitter<byte[]> inputs;

    Inputs(
            @Channel("inputs") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<byte[]> inputs) {
        this.inputs = inputs;
    }

    /**
     * Returns when the broker has acknowledged a picture, with where it lies.
     *
     * @throws ProblemException (503) if it did not
     */
    public InputPicture publish(InputFile file) {
        var record =
                OutgoingKafkaRecordMetadata.<String>builder()
                        .withKey(file.picture().sha256())
                        .build();
        var place = new OutgoingMessageMetadata<RecordMetadata>();
        try {
            inputs.sendMessage(Message.of(file.png(), Metadata.of(record, place)))
                    .await()
                    .atMost(PATIENCE);
        } catch (RuntimeException e) {
            LOG.warnf("Picture not queued: cause=%s", e.getMessage());
            throw ProblemException.unavailable(
                    "The queue does not take pictures just now, and this job was not accepted; try again in a moment.",
                    e);
        }
        return file.picture().at(place.getResult().partition(), place.getResult().offset());
    }
}
