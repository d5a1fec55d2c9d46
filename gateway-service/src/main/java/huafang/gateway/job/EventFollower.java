package huafang.gateway.job;

import huafang.contracts.job.Codec;
import huafang.contracts.job.JobEvent;
import jakarta.inject.Singleton;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Hears what happens to all jobs. Each replica is a consumer group of its own, and so hears all.
 */
@Singleton
class EventFollower {
    private static final Logger LOG = Logger.getLogger(EventFollower.class);

    private final LiveJobs jobs;
    private final Positions positions;

    EventFollower(LiveJobs jobs, Positions positions) {
        this.jobs = jobs;
        this.positions = positions;
    }

    @Incoming("events")
    void follow(ConsumerRecord<String, byte[]> event) {
        try {
            jobs.apply(Codec.decode(event.value(), JobEvent.class));
        } catch (IllegalArgumentException e) {
            LOG.warnf(
                    "Event passed over: partition=%d offset=%d cause=%s",
                    event.partition(), event.offset(), e.getMessage());
        }
        positions.reach(event.partition(), event.offset() + 1);
    }
}
