package huafang.gateway.job;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.Codec;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.StepsDone;
import jakarta.inject.Singleton;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Hears what happens to all jobs, and how far their images are. Each replica is a consumer group of
 * its own, and so hears all. What one poll brings is one call.
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
    void follow(ConsumerRecords<String, byte[]> records) {
        for (var record : records) {
            try {
                apply(record);
            } catch (IllegalArgumentException e) {
                LOG.warnf(
                        "Event passed over: topic=%s partition=%d offset=%d cause=%s",
                        record.topic(), record.partition(), record.offset(), e.getMessage());
            }
            if (Positions.areOf(record.topic())) {
                positions.reach(record.partition(), record.offset() + 1);
            }
        }
    }

    private void apply(ConsumerRecord<String, byte[]> record) {
        if (record.topic().equals(Topic.GENERATION_STEPS)) {
            jobs.apply(Codec.decode(record.value(), StepsDone.class));
        } else {
            jobs.apply(Codec.decode(record.value(), JobEvent.class));
        }
    }
}
