package huafang.storage;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Records that nobody can use: named in the log, so that they can be looked at, and passed over.
 */
final class Skipped {
    private static final Logger LOG = Logger.getLogger(Skipped.class);

    private Skipped() {}

    static void record(ConsumerRecord<?, ?> record, Throwable reason) {
        LOG.errorf(
                "record passed over: topic %s partition %d offset %d: %s",
                record.topic(), record.partition(), record.offset(), reason.getMessage());
    }
}
