package huafang.gateway.job;

import huafang.contracts.broker.Lane;
import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.ImageParameters;
import huafang.contracts.job.Cancellation;
import huafang.contracts.job.Codec;
import huafang.contracts.job.ImageTask;
import huafang.contracts.job.JobEvent;
import huafang.gateway.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/** Puts the images of a job on the queue. */
@Singleton
class Queue {
    private static final Logger LOG = Logger.getLogger(Queue.class);

    private final MutinyEmitter<Record<String, byte[]>> tasks;
    private final MutinyEmitter<Record<String, byte[]>> events;
    private final MutinyEmitter<Record<String, byte[]>> control;
    private final JobSettings settings;

    Queue(
            @Channel("jobs") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, byte[]>> tasks,
            @Channel("accepted") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, byte[]>> events,
            @Channel("control") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, byte[]>> control,
            JobSettings settings) {
        this.tasks = tasks;
        this.events = events;
        this.control = control;
        this.settings = settings;
    }

    /**
     * Returns when the broker has acknowledged all images, and then that they were accepted.
     *
     * @param before images of the same owner that are on the way already
     * @throws ProblemException (503) if it did not
     */
    void publish(List<ImageTask> images, int before, JobEvent.Accepted accepted) {
        try {
            Uni.join()
                    .all(
                            images.stream()
                                    .map(image -> publish(image, before + image.key().index()))
                                    .toList())
                    .andFailFast()
                    .chain(() -> publish(accepted))
                    .await()
                    .atMost(settings.acknowledgeWithin());
        } catch (RuntimeException e) {
            LOG.warnf("Job not queued: job=%s cause=%s", accepted.jobId(), e.getMessage());
            throw ProblemException.unavailable(
                    "The queue does not take jobs just now, and this one was not accepted; try again in a moment.",
                    e);
        }
    }

    /**
     * Returns when the broker has the owner's wish, which all workers hear.
     *
     * @throws ProblemException (503) if it has not
     */
    void publish(Cancellation cancellation) {
        try {
            String key = cancellation.jobId().toString();
            control.send(Record.of(key, Codec.encode(cancellation)))
                    .await()
                    .atMost(settings.acknowledgeWithin());
        } catch (RuntimeException e) {
            throw ProblemException.unavailable(
                    "The queue does not take cancellations just now; try again in a moment.", e);
        }
    }

    /** Tells of what has happened already; others may learn of it later from the ledger. */
    void mention(JobEvent event) {
        publish(event)
                .subscribe()
                .with(
                        told -> {},
                        e -> LOG.warnf("Event not told: %s cause=%s", event, e.getMessage()));
    }

    private Uni<Void> publish(JobEvent event) {
        return events.send(Record.of(event.jobId().toString(), Codec.encode(event)));
    }

    /** By its checkpoint, of whose hash any part is evenly spread. */
    static int group(ImageParameters image, int groups) {
        return switch (image) {
            case GenerationParameters painted ->
                    Integer.parseInt(painted.model().sha256().substring(0, 6), 16) % groups;
            case Enlargement enlarged -> 0;
        };
    }

    private Uni<Void> publish(ImageTask image, int before) {
        Lane lane = before < settings.interactiveImages() ? Lane.INTERACTIVE : Lane.BULK;
        var record =
                OutgoingKafkaRecordMetadata.<String>builder()
                        .withTopic(
                                lane.topicName(group(image.parameters(), settings.modelGroups())))
                        .build();
        var task = Record.of(image.key().toString(), Codec.encode(image));
        return tasks.sendMessage(Message.of(task, Metadata.of(record)));
    }
}
