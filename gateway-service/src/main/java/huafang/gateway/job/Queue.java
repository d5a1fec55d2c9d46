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
import io.smallrye.mutiny.CompositeException;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/** Puts the images of a job on the queue. */
@Singleton
class Queue {
    private static final Logger LOG = Logger.getLogger(Queue.class);

    /**
     * Images that are on their way to the broker at a time: fewer than the connector lets through
     * (max-inflight-messages, 1024), since the time that a record has begins only there.
     */
    private static final int MOST_ON_THE_WAY = 1000;

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final MutinyEmitter<Record<String, byte[]>> tasks;
    private final MutinyEmitter<Record<String, byte[]>> events;
    private final MutinyEmitter<Record<String, byte[]>> control;
    private final JobSettings settings;
    private final Semaphore room = new Semaphore(MOST_ON_THE_WAY, true);

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
     * @throws ProblemException (503) if it did not, or too many others wait for that already
     */
    void publish(List<ImageTask> images, int before, JobEvent.Accepted accepted) {
        requireRoom(images.size());
        try {
            Uni.join()
                    .all(
                            images.stream()
                                    .map(image -> publish(image, before + image.key().index()))
                                    .toList())
                    .andCollectFailures()
                    .chain(() -> publish(accepted))
                    .onTermination()
                    .invoke(() -> room.release(images.size()))
                    .await()
                    .atMost(settings.acknowledgeWithin());
        } catch (RuntimeException e) {
            // Of many images, all have about the same to say.
            Throwable cause = e instanceof CompositeException all ? all.getCauses().getFirst() : e;
            LOG.warnf("Job not queued: job=%s cause=%s", accepted.jobId(), cause.getMessage());
            throw ProblemException.unavailable(
                    "The queue does not take jobs just now, and this one was not accepted; try again in a moment.",
                    e);
        }
    }

    /** While no broker answers, jobs do not heap up before it. */
    private void requireRoom(int images) {
        try {
            if (room.tryAcquire(images, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw ProblemException.unavailable(
                "The queue takes jobs too slowly just now, and this one was not accepted; try again in a moment.",
                null);
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
