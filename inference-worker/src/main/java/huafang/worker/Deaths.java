package huafang.worker;

import huafang.contracts.broker.Broker;
import huafang.contracts.broker.Topic;
import huafang.contracts.job.ImageTask;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ShareMemberDescription;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Counts the workers that died over an image, when all that others said of it has been heard. A
 * delivery may also end as a connection breaks, while its holder lives and paints on: where it
 * matters, the broker is asked who is still there.
 */
final class Deaths {
    /** The broker sees by then who has died: its limit for the session of a member. */
    static final Duration LONGEST_SESSION = Duration.ofSeconds(60);

    private static final Logger LOG = Logger.getLogger(Deaths.class);
    private static final TopicPartition CONTROL = new TopicPartition(Topic.CONTROL.topicName(), 0);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(1);

    /** Then the broker is in trouble, and what is known by then must do. */
    private static final Duration LONGEST_TO_HEAR = Duration.ofSeconds(5);

    private final Admin admin;
    private final Control control;
    private final Closing closing;
    private final Duration session;

    /**
     * @param session how long who has died may still be a member of the group
     */
    Deaths(Admin admin, Control control, Closing closing, Duration session) {
        this.admin = admin;
        this.control = control;
        this.closing = closing;
        this.session = session;
    }

    /** How many workers have died over this record, besides those that its task counts. */
    int over(Taken taken, ImageTask task) {
        if (taken.deliveries() == 1) {
            return 0;
        }
        hearAll();
        int most = among(taken, task, Set.of());
        if (most > 0 && task.attempts() + most >= Verdict.MOST_ATTEMPTS) {
            return among(taken, task, living(taken, task, session));
        }
        // What is published again takes its deaths along, and nobody can ask about them then.
        return taken.deliveries() > TaskHandler.MOST_DELIVERIES
                ? among(taken, task, living(taken, task, Duration.ZERO))
                : most;
    }

    private int among(Taken taken, ImageTask task, Set<String> living) {
        return control.deaths(taken.place(), taken.deliveries(), task.attempts() > 0, living);
    }

    /** Those that began it and are members of the workers' group, even after that long. */
    private Set<String> living(Taken taken, ImageTask task, Duration time) {
        Set<String> holders = control.holders(taken.place(), taken.deliveries());
        long end = System.nanoTime() + time.toNanos();
        while (true) {
            Set<String> living = new HashSet<>(holders);
            boolean isKnown = living.isEmpty() || keepMembers(living);
            boolean matters =
                    !closing.hasBegun()
                            && !control.isCancelled(task.key().jobId())
                            && System.nanoTime() < end;
            if (isKnown && living.isEmpty() || !matters) {
                return living;
            }
            closing.pause(BETWEEN_QUESTIONS);
        }
    }

    /** Returns whether the broker has told. */
    private boolean keepMembers(Set<String> clients) {
        try {
            clients.retainAll(
                    admin
                            .describeShareGroups(List.of(Broker.WORKERS))
                            .describedGroups()
                            .get(Broker.WORKERS)
                            .get(LONGEST_TO_HEAR.toMillis(), TimeUnit.MILLISECONDS)
                            .members()
                            .stream()
                            .map(ShareMemberDescription::clientId)
                            .collect(Collectors.toSet()));
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("the broker does not tell which workers live: %s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
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
