package huafang.gateway.job;

import huafang.contracts.job.Codec;
import huafang.contracts.job.ImageTask;
import huafang.contracts.job.JobEvent;
import huafang.gateway.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/** Puts the images of a job on the queue. */
@Singleton
class Queue {
    private static final Logger LOG = Logger.getLogger(Queue.class);

    private final MutinyEmitter<Record<String, byte[]>> tasks;
    private final MutinyEmitter<Record<String, byte[]>> events;
    private final JobSettings settings;

    Queue(
            @Channel("jobs") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, byte[]>> tasks,
            @Channel("accepted") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, byte[]>> events,
            JobSettings settings) {
        this.tasks = tasks;
        this.events = events;
        this.settings = settings;
    }

    /**
     * Returns when the broker has acknowledged all images, and then that they were accepted.
     *
     * @throws ProblemException (503) if it did not
     */
    void publish(List<ImageTask> images, JobEvent.Accepted accepted) {
        try {
            Uni.join()
                    .all(images.stream().map(this::publish).toList())
                    .andFailFast()
                    .chain(() ->
                            events.send(
                                    Record.of(accepted.jobId().toString(), Codec.encode(accepted))))
                    .await()
                    .atMost(settings.acknowledgeWithin());
        } catch (RuntimeException e) {
            LOG.warnf("Job not queued: job=%s cause=%s", accepted.jobId(), e.getMessage());
            throw ProblemException.unavailable(
                    "The queue does not take jobs just now, and this one was not accepted; try again in a moment.",
                    e);
        }
    }

    private Uni<Void> publish(ImageTask image) {
        return tasks.send(Record.of(image.key().toString(), Codec.encode(image)));
    }
}
