package huafang.storage;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** What is seen to again and again, by each replica. */
@ApplicationScoped
class Rounds {
    private static final Logger LOG = Logger.getLogger(Rounds.class);
    private static final int AFTER_CHANNELS = 5000;
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);
    private static final Duration BETWEEN_CLEANINGS = Duration.ofHours(1);

    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("rounds").factory());
    private final Expiry expiry;
    private final IdempotencyKeys keys;

    Rounds(Expiry expiry, IdempotencyKeys keys) {
        this.expiry = expiry;
        this.keys = keys;
    }

    void begin(@Observes @Priority(AFTER_CHANNELS) StartupEvent start) {
        repeat(expiry::look, BETWEEN_LOOKS);
        repeat(keys::forgetOld, BETWEEN_CLEANINGS);
    }

    private void repeat(Runnable work, Duration pause) {
        clock.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        LOG.warnf("round is tried again later: %s", e);
                    }
                },
                pause.toMillis(),
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    void end(@Observes ShutdownEvent stop) {
        clock.shutdownNow();
    }
}
