package huafang.contracts.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import huafang.contracts.generation.ImageParameters;
import java.time.Instant;
import java.util.UUID;

/**
 * What happened to a job or to one of its images: a record of the topic generation-events, keyed by
 * job id so that a job's events keep their order.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", defaultImpl = JobEvent.Unknown.class)
@JsonSubTypes({
    @JsonSubTypes.Type(value = JobEvent.Accepted.class, name = "accepted"),
    @JsonSubTypes.Type(value = JobEvent.Started.class, name = "started"),
    @JsonSubTypes.Type(value = JobEvent.Finished.class, name = "finished"),
    @JsonSubTypes.Type(value = JobEvent.Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = JobEvent.Cancelled.class, name = "cancelled")
})
public sealed interface JobEvent {
    int MOST_IMAGES = 100;

    UUID jobId();

    /**
     * All images of a request are on the queue.
     *
     * @param parameters of the first image; image i has {@link ImageParameters#ofImage ofImage(i)}
     * @param count images in the job, 1 to {@value JobEvent#MOST_IMAGES}
     * @param idempotencyKey the client's own name for this request, or null
     * @param deadline when nobody wants an image any more that has not been begun, or null for
     *     never
     */
    record Accepted(
            UUID jobId,
            String owner,
            ImageParameters parameters,
            int count,
            boolean save,
            String idempotencyKey,
            Instant at,
            Instant deadline)
            implements JobEvent {
        public Accepted {
            Required.all("accepted", jobId, owner, parameters, at);
            if (count < 1 || count > MOST_IMAGES) {
                throw new IllegalArgumentException(
                        "accepted: found %d images, expected 1 to %d"
                                .formatted(count, MOST_IMAGES));
            }
        }

        /** One that is wanted however late. */
        public Accepted(
                UUID jobId,
                String owner,
                ImageParameters parameters,
                int count,
                boolean save,
                String idempotencyKey,
                Instant at) {
            this(jobId, owner, parameters, count, save, idempotencyKey, at, null);
        }
    }

    /**
     * A worker has begun an image.
     *
     * @param attempt 1 for the first
     * @param worker its name
     */
    record Started(UUID jobId, int index, int attempt, String worker, Instant at)
            implements JobEvent {
        public Started {
            Required.all("started", jobId, worker, at);
        }
    }

    /**
     * The broker has the picture.
     *
     * @param partition of generated-images, where the PNG lies while it is retained
     * @param offset likewise
     * @param engineMillis how long the engine took for it
     */
    record Finished(
            UUID jobId, int index, int partition, long offset, long engineMillis, Instant at)
            implements JobEvent {
        public Finished {
            Required.all("finished", jobId, at);
        }
    }

    /**
     * There will be no picture.
     *
     * @param reason a sentence for the owner
     * @param decided whether the ledger has it so, whatever was told before; else it changes
     *     nothing where the image has ended already
     */
    record Failed(UUID jobId, int index, String reason, Instant at, boolean decided)
            implements JobEvent {
        public Failed {
            Required.all("failed", jobId, reason, at);
        }

        /** As a worker tells it. */
        public Failed(UUID jobId, int index, String reason, Instant at) {
            this(jobId, index, reason, at, false);
        }

        /** The reason of one that nobody wants after its deadline. */
        public static String expired(Instant deadline) {
            return "The image had not been painted at %s, when it expired.".formatted(deadline);
        }
    }

    /**
     * There will be no picture, as its owner wished.
     *
     * @param decided as of {@link Failed}: the gateway tells what the ledger has so, which is the
     *     last word even after a {@link Finished} that came too late for the ledger. A worker that
     *     drops an image does not know whether an earlier one had finished it.
     */
    record Cancelled(UUID jobId, int index, Instant at, boolean decided) implements JobEvent {
        public Cancelled {
            Required.all("cancelled", jobId, at);
        }

        /** As a worker tells it. */
        public Cancelled(UUID jobId, int index, Instant at) {
            this(jobId, index, at, false);
        }
    }

    /** An event of a later version, which a reader of this one passes over. */
    record Unknown(UUID jobId) implements JobEvent {}
}
