package huafang.worker;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.ImageTask;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** Counts the workers that died over an image, when all that others said of it has been heard. */
final class Deaths {
    private static final Logger LOG = Logger.getLogger(Deaths.class);
    private static final TopicPartition CONTROL = new TopicPartition(Topic.CONTROL.topicName(), 0);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    /** Then the broker is in trouble, and what is known by then must do. */
    private static final Duration LONGEST_TO_HEAR = Duration.ofSeconds(5);

    private final Admin admin;
    private final Control control;
    private final Closing closing;

    Deaths(Admin admin, Control control, Closing closing) {
        this.admin = admin;
        this.control = control;
        this.closing = closing;
    }

    /** How many workers have died over this record, besides those that its task counts. */
    int over(Taken taken, ImageTask task) {
        if (taken.deliveries() == 1) {
            return 0;
        }
        hearAll();
        return control.deaths(taken.place(), taken.deliveries(), task.attempts() > 0);
    }

    private void hearAll() {
        long end = System.nanoTime() + LONGEST_TO_HEAR.toNanos();
        try {
            long said =
                    admin.listOffsets(Map.of(CONTROL, OffsetSpec.latest()))
                            .partitionResult(CONTROL)
                            .get(LONGEST_TO_HEAR.toMillis(), TimeUnit.MILLISECONDS)
                            .offset();
            while (!control.hasHeard(said) && !closing.isOver() && System.nanoTime() < end) {
                closing.pauseThroughout(BETWEEN_LOOKS);
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("the broker does not tell how much other workers have said: %s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
