package huafang.worker;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.ImageTask;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future.State;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Counts the workers that died over an image, when all that others said of it has been heard. A
 * delivery may also end as a connection breaks, while its worker lives and paints on: where it
 * matters, that one is asked.
 */
final class Deaths {
    private static final Logger LOG = Logger.getLogger(Deaths.class);
    private static final TopicPartition CONTROL = new TopicPartition(Topic.CONTROL.topicName(), 0);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    /**
     * Who lives answers within milliseconds, and after a broken connection within a second, once
     * the question can be read.
     */
    private static final Duration LONGEST_TO_ANSWER = Duration.ofSeconds(3);

    /** Then the broker is in trouble, and what is known by then must do. */
    private static final Duration LONGEST_TO_HEAR = Duration.ofSeconds(5);

    private final Admin admin;
    private final Outbox outbox;
    private final Control control;
    private final Closing closing;

    Deaths(Admin admin, Outbox outbox, Control control, Closing closing) {
        this.admin = admin;
        this.outbox = outbox;
        this.control = control;
        this.closing = closing;
    }

    /**
     * How many workers have died over this record, besides those that its task counts. None where
     * that matters, and this worker ends before it is known.
     */
    int over(Taken taken, ImageTask task) {
        if (taken.deliveries() == 1) {
            return 0;
        }
        hearAll();
        int known = among(taken, task);
        // What is published again takes its deaths along, and nobody can ask about them then.
        boolean matters =
                task.attempts() + known >= Verdict.MOST_ATTEMPTS
                        || taken.deliveries() > TaskHandler.MOST_DELIVERIES;
        if (known == 0) {
            return 0;
        }
        if (!matters) {
            outbox.mention(taken.asked()); // by the time that this matters, the answers are there
            return known;
        }
        return ask(taken, task) ? among(taken, task) : 0;
    }

    /** How many of them are known of now, besides those that its task counts. */
    int among(Taken taken, ImageTask task) {
        return control.deaths(taken, task.attempts() > 0);
    }

    /** Returns whether there was time for answers. */
    private boolean ask(Taken taken, ImageTask task) {
        while (!closing.hasBegun()) {
            var asked = outbox.publish(taken.asked());
            closing.awaitBeginning(asked);
            // The answers come after it.
            if (asked.state() == State.SUCCESS && hear(asked.resultNow().offset() + 1)) {
                return hearAnswers(taken, task);
            }
            closing.pause(BETWEEN_TRIES);
        }
        return false;
    }

    private boolean hearAnswers(Taken taken, ImageTask task) {
        long end = System.nanoTime() + LONGEST_TO_ANSWER.toNanos();
        while (among(taken, task) > 0 && System.nanoTime() < end) {
            if (closing.hasBegun()) {
                return false;
            }
            closing.pause(BETWEEN_LOOKS);
        }
        return true;
    }

    /** Returns whether all is heard that stands before this place of the topic. */
    private boolean hear(long end) {
        long latest = System.nanoTime() + LONGEST_TO_HEAR.toNanos();
        while (!control.hasHeard(end) && !closing.isOver() && System.nanoTime() < latest) {
            closing.pauseThroughout(BETWEEN_LOOKS);
        }
        return control.hasHeard(end);
    }

    private void hearAll() {
        try {
            hear(
                    admin.listOffsets(Map.of(CONTROL, OffsetSpec.latest()))
                            .partitionResult(CONTROL)
                            .get(LONGEST_TO_HEAR.toMillis(), TimeUnit.MILLISECONDS)
                            .offset());
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("the broker does not tell how much other workers have said: %s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
